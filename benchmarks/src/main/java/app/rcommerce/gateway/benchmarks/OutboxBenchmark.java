package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures one turn of an event loop in which a message is written to each of several loopback connections, until the
 * peer, another event loop that sleeps when the turn begins, has read all of them: flushed together by an
 * {@link Outbox} at the end of the turn, against each write flushed at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled"
        })
public class OutboxBenchmark {

    private static final int MESSAGE = 256;

    /** About what handling one event takes: a few microseconds. */
    private static final int WORK = 3_000;

    @Param({"EPOLL", "IO_URING"})
    public ServerConfig.Transport transport = ServerConfig.Transport.AUTO;

    @Param({"1", "16"})
    public int connections = 1;

    private final byte[] message = new byte[MESSAGE];
    private Loopback loopback;
    private List<Channel> channels;
    private EventLoop loop;
    private Outbox outbox;
    private long cpuNanos;
    private long turns;

    @Setup
    public void setUp() throws IOException {
        loopback = new Loopback(transport, connections, connections * MESSAGE);
        channels = loopback.channels();
        loop = loopback.writerLoop();
        outbox = loopback.outbox();
    }

    @Setup(Level.Iteration)
    public void start() throws InterruptedException {
        cpuNanos = loopback.cpuNanos();
        turns = 0;
    }

    @TearDown(Level.Iteration)
    public void stop() throws InterruptedException {
        System.out.printf("%.1f us of processor time a turn, ", (loopback.cpuNanos() - cpuNanos) / 1e3 / turns);
    }

    @TearDown
    public void tearDown() {
        loopback.close();
    }

    @Benchmark
    public void flushedTogether() {
        loop.execute(() -> {
            for (Channel channel : channels) {
                write(channel);
                outbox.add(channel::flush);
            }
        });
        turns++;
        loopback.awaitTurn();
    }

    @Benchmark
    public void flushedEachAtOnce() {
        loop.execute(() -> {
            for (Channel channel : channels) {
                write(channel);
                channel.flush();
            }
        });
        turns++;
        loopback.awaitTurn();
    }

    private void write(Channel channel) {
        Blackhole.consumeCPU(WORK);
        channel.write(channel.alloc().directBuffer(MESSAGE).writeBytes(message), channel.voidPromise());
    }
}
