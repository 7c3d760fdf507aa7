package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
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
    private final Semaphore read = new Semaphore(0);
    private final List<Channel> channels = new ArrayList<>();
    private Transport writer;
    private Transport reader;
    private EventLoop loop;
    private Outbox outbox;
    private long[] threads;
    private long cpuNanos;
    private long turns;

    /** Counts what arrives over all connections, on the reader's one loop; nothing arrives at the writer. */
    @Sharable
    private final class Counter extends ChannelInboundHandlerAdapter {

        private int arrived;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object data) {
            ByteBuf bytes = (ByteBuf) data;
            arrived += bytes.readableBytes();
            bytes.release();
            if (arrived == connections * MESSAGE) {
                arrived = 0;
                read.release();
            }
        }
    }

    @Setup
    public void setUp() throws IOException {
        writer = Transport.start(1, transport);
        reader = Transport.start(1, transport);
        loop = (EventLoop) writer.group().iterator().next();
        outbox = writer.outbox(loop);
        Counter counter = new Counter();
        Channel server = new ServerBootstrap()
                .group(reader.group())
                .channel(reader.serverChannel())
                .childHandler(counter)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        Bootstrap client = new Bootstrap()
                .group(writer.group())
                .channel(writer.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(counter);
        for (int i = 0; i < connections; i++) {
            channels.add(
                    client.connect(server.localAddress()).syncUninterruptibly().channel());
        }
    }

    @Setup(Level.Iteration)
    public void start() throws InterruptedException {
        threads = new long[] {
            thread(loop), thread((EventLoop) reader.group().iterator().next())
        };
        cpuNanos = cpuNanos();
        turns = 0;
    }

    private static long thread(EventLoop loop) throws InterruptedException {
        return loop.submit(() -> Thread.currentThread().threadId()).sync().getNow();
    }

    private long cpuNanos() {
        return Arrays.stream(threads)
                .map(ManagementFactory.getThreadMXBean()::getThreadCpuTime)
                .sum();
    }

    @TearDown(Level.Iteration)
    public void stop() {
        System.out.printf("%.1f us of processor time a turn, ", (cpuNanos() - cpuNanos) / 1e3 / turns);
    }

    @TearDown
    public void tearDown() {
        writer.stop();
        reader.stop();
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
        read.acquireUninterruptibly();
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
        read.acquireUninterruptibly();
    }

    private void write(Channel channel) {
        Blackhole.consumeCPU(WORK);
        channel.write(channel.alloc().directBuffer(MESSAGE).writeBytes(message), channel.voidPromise());
    }
}
