package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.server.transport.Deadline;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures how the time-outs of 1,000 connections are moved on their event loop: a field written, as {@link Deadline}
 * does, against a timer cancelled and set again. Times are of one move.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled"
        })
public class DeadlineBenchmark {

    private static final int CONNECTIONS = 1_000;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final EventLoop loop = new DefaultEventLoop();
    private final List<Deadline> deadlines = new ArrayList<>();
    private final ScheduledFuture<?>[] timers = new ScheduledFuture<?>[CONNECTIONS];

    @Setup
    public void setUp() throws InterruptedException {
        loop.submit(() -> {
                    for (int i = 0; i < CONNECTIONS; i++) {
                        deadlines.add(new Deadline(loop, () -> {}));
                        timers[i] = loop.schedule(() -> {}, TIMEOUT_NANOS, TimeUnit.NANOSECONDS);
                    }
                })
                .sync();
    }

    @TearDown
    public void tearDown() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Benchmark
    @OperationsPerInvocation(CONNECTIONS)
    public void aFieldWritten() throws InterruptedException {
        loop.submit(() -> {
                    for (int i = 0; i < CONNECTIONS; i++) {
                        deadlines.get(i).set(TIMEOUT_NANOS);
                    }
                })
                .sync();
    }

    @Benchmark
    @OperationsPerInvocation(CONNECTIONS)
    public void aTimerSetAgain() throws InterruptedException {
        loop.submit(() -> {
                    for (int i = 0; i < CONNECTIONS; i++) {
                        timers[i].cancel(false);
                        timers[i] = loop.schedule(() -> {}, TIMEOUT_NANOS, TimeUnit.NANOSECONDS);
                    }
                })
                .sync();
    }
}
