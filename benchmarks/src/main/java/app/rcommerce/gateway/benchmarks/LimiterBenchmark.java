package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
import app.rcommerce.gateway.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures counting in memory: one window, three windows, a refusal, and three windows with permits leased ahead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LimiterBenchmark {

    private static final long MANY = 1_000_000_000_000L;

    private final MemoryLimitStore store = new MemoryLimitStore(Clock.system(), 1 << 24);
    private final LeasingLimitStore leasing = new LeasingLimitStore(store, () -> 1, Clock.system(), 1 << 24);
    private final List<Meter> one = List.of(new Meter("a-minute", "a:60000", MANY, 60_000, true));
    private final List<Meter> three = List.of(
            new Meter("a-minute", "a:60000", MANY, 60_000, true),
            new Meter("b-minute", "b:60000", MANY, 60_000, true),
            new Meter("b-hour", "b:3600000", MANY, 3_600_000, true));
    private final List<Meter> full = List.of(new Meter("c-day", "c:86400000", 1, 86_400_000, true));
    private final Identifier address = Identifier.ip("203.0.113.9");

    @Benchmark
    public Decision oneWindow() {
        return store.takeNear(address, one, 1);
    }

    @Benchmark
    public Decision threeWindows() {
        return store.takeNear(address, three, 1);
    }

    /**
     * Three windows with leased permits, including the lease requests between; how many there are follows the demand.
     */
    @Benchmark
    public Decision threeWindowsLeased() {
        Decision near = leasing.takeNear(address, three, 1);
        return near != null
                ? near
                : leasing.take(address, three, 1).toCompletableFuture().join();
    }

    @Benchmark
    public Decision refused() {
        return store.takeNear(address, full, 1);
    }
}
