package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
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

/**
 * Measures one turn of an event loop in which a response with 1 KiB of content is written to each of 16 loopback
 * connections, until the peer has read all of them: head and content in one buffer, as {@link MessageWriter} writes
 * small content, against head and content as two buffers of one gathering write. Both write the same bytes.
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
public class MessageWriterBenchmark {

    private static final int CONNECTIONS = 16;

    private static final Reply REPLY = new Reply(
            200,
            List.of(
                    new Field("content-type", "application/json; charset=utf-8"),
                    new Field("date", "Thu, 26 Nov 2026 03:55:21 GMT"),
                    new Field("cache-control", "public, max-age=300"),
                    new Field("x-request-id", "req_01JDK3V5ZQ8R7W2M4N6P8T0X1Y")),
            new byte[1024]);

    @Param({"EPOLL", "IO_URING"})
    public ServerConfig.Transport transport = ServerConfig.Transport.AUTO;

    private Loopback loopback;
    private EventLoop loop;
    private Outbox outbox;
    private List<MessageWriter> writers;
    private long cpuNanos;
    private long turns;

    @Setup
    public void setUp() throws IOException {
        loopback = new Loopback(transport, CONNECTIONS, CONNECTIONS * (head().length + REPLY.body().length));
        loop = loopback.writerLoop();
        outbox = loopback.outbox();
        writers = loopback.channels().stream()
                .map(channel -> new MessageWriter(channel, outbox))
                .toList();
    }

    /** The bytes of the head as the writer writes it. */
    private static byte[] head() {
        EmbeddedChannel channel = new EmbeddedChannel();
        MessageWriter writer = new MessageWriter(channel, new Outbox(channel.eventLoop()));
        writer.replyHead(REPLY, null, false);
        writer.flushNow();
        ByteBuf written = channel.readOutbound();
        byte[] bytes = new byte[written.readableBytes()];
        written.readBytes(bytes).release();
        return bytes;
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
    public void inOneBuffer() {
        loop.execute(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                MessageWriter writer = writers.get(i);
                writer.reply(REPLY, null, false);
                writer.flush();
            }
        });
        turns++;
        loopback.awaitTurn();
    }

    /** The writer itself puts the heads together here too; only their content is handed on as a buffer of its own. */
    @Benchmark
    public void inTwoBuffers() {
        loop.execute(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                MessageWriter writer = writers.get(i);
                Channel channel = loopback.channels().get(i);
                writer.replyHead(REPLY, null, false);
                writer.settle();
                channel.write(Unpooled.wrappedBuffer(REPLY.body()), channel.voidPromise());
                writer.flush();
            }
        });
        turns++;
        loopback.awaitTurn();
    }
}
