package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.identity.ApiKeys;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryBlockStore;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what a node looks up for the callers of API keys in turn: the key, whether it is blocked, and a permit in
 * hand. By one caller all of it is in the processor's caches; by thousands it is not, as in a shop.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CallersBenchmark {

    private static final long MANY = 1_000_000_000_000L;

    @Param({"1", "1000", "10000"})
    public int callers;

    private final Clock clock = Clock.system();
    private final NearBlockList blocks = new NearBlockList(
            new MemoryBlockStore(clock), new Near(Tracking.NONE, Duration.ofMinutes(1), false), clock);
    private final LeasingLimitStore limits =
            new LeasingLimitStore(new MemoryLimitStore(clock, 1 << 28), () -> 1, clock, 1 << 28);
    private final Meters meters = Meters.of(List.of(
            new Meter("a-minute", "a:60000", MANY, 60_000, true),
            new Meter("a-hour", "a:3600000", MANY, 3_600_000, true)));
    private final List<String> presented = new ArrayList<>();
    private ApiKeys keys = ApiKeys.of(List.of());
    private int next;

    @Setup
    public void makeKeys() {
        List<ApiKeys.KnownKey> known = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            String key = "bench." + i + "x".repeat(32);
            presented.add(key);
            known.add(new ApiKeys.KnownKey("caller-" + i, Digests.sha256Hex(key), Scopes.NONE, 1.0));
        }
        keys = ApiKeys.of(known);
    }

    private Identifier caller() {
        next = next + 1 < callers ? next + 1 : 0;
        return Objects.requireNonNull(keys.find(presented.get(next))).identifier();
    }

    @Benchmark
    public Identifier key() {
        return caller();
    }

    @Benchmark
    public boolean keyAndBlocks() {
        return blocks.find(caller()).toCompletableFuture().isDone();
    }

    @Benchmark
    public Decision keyBlocksAndPermit() {
        Identifier caller = caller();
        if (!blocks.find(caller).toCompletableFuture().isDone()) {
            throw new IllegalStateException("not known");
        }
        Decision near = limits.takeNear(caller, meters, 1);
        return near != null
                ? near
                : limits.take(caller, meters, 1).toCompletableFuture().join();
    }
}
