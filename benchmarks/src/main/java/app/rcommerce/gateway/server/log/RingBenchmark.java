package app.rcommerce.gateway.server.log;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what it costs to hand one element through a bounded queue, without contention: {@link Ring}, which has no
 * lock, against the JDK's {@link ArrayBlockingQueue}, which has one. In the package of the ring, which nobody else may
 * see.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RingBenchmark {

    private static final int CAPACITY = 8192;
    private static final String ELEMENT = "element";

    private final Ring<String> ring = new Ring<>(CAPACITY);
    private final ArrayBlockingQueue<String> queue = new ArrayBlockingQueue<>(CAPACITY);

    @Benchmark
    public @Nullable String throughTheRing() {
        ring.offer(ELEMENT);
        return ring.poll();
    }

    @Benchmark
    public @Nullable String throughALockedQueue() {
        queue.offer(ELEMENT);
        return queue.poll();
    }
}
