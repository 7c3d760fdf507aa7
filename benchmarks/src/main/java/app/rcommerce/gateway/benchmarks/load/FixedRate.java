package app.rcommerce.gateway.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A load generator with a fixed rate: requests are due by a timetable that slow responses do not delay. A request for
 * which no connection is free is sent late, and its latency counts from the time at which it was due, so that a stall
 * shows in every request that falls into it (no coordinated omission). One thread; times are in nanoseconds. Linux
 * only, since the timetable uses epoll's timers.
 */
public final class FixedRate implements LoadConnection.Callback {

    private static final long LONGEST_DELAY_SECONDS = 10;
    /** Bytes of a response by HTTP/2 that may be on their way. */
    private static final int WINDOW = 1 << 20;

    private final Order order;
    private final EventLoop loop;
    private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
    private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final Histogram delays = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long start;
    private long next;
    private long answered;
    private long refused;
    private boolean isTimed;

    private FixedRate(Order order, EventLoop loop) {
        this.order = order;
        this.loop = loop;
    }

    /**
     * {@code URL RATE SECONDS CONNECTIONS[xSTREAMS] ['NAME: VALUE' | 'NAME: @FILE'...]}, the URL with the scheme
     * {@code http}, {@code https}, {@code h2c} or {@code h2}; prints one line, times in microseconds. Certificates are
     * not checked.
     */
    public static void main(String[] arguments) throws InterruptedException {
        Order order;
        try {
            order = Order.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("FixedRate: " + e.getMessage());
            System.exit(2);
            return;
        }
        var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        FixedRate run = new FixedRate(order, group.next());
        try {
            run.connect();
            run.end.get(Order.WARM_UP_SECONDS + order.seconds() + LONGEST_DELAY_SECONDS, TimeUnit.SECONDS);
        } catch (SSLException e) {
            System.err.println("FixedRate: " + e);
            System.exit(1);
        } catch (ExecutionException | TimeoutException e) {
            String reason = e instanceof TimeoutException
                    ? "fell more than " + LONGEST_DELAY_SECONDS + " s behind " + order.rate() + " requests/s"
                    : String.valueOf(e.getCause());
            System.err.println("FixedRate: " + reason);
            System.exit(1);
        }
        run.print();
        System.exit(run.refused == 0 ? 0 : 1);
    }

    private void connect() throws InterruptedException, SSLException {
        loop.execute(FixedRate::sharpenTimer);
        SslContext tls = order.protocol().isTls() ? tls() : null;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 2_000);
        for (int i = 0; i < order.connections(); i++) {
            Channel channel = bootstrap
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            assemble(channel.pipeline(), tls);
                        }
                    })
                    .connect(order.address())
                    .sync()
                    .channel();
            if (!channel.isActive()) {
                failed("a connection was closed");
            }
        }
    }

    private SslContext tls() throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE);
        if (order.protocol().isHttp2()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2));
        }
        return builder.build();
    }

    private void assemble(ChannelPipeline pipeline, @Nullable SslContext tls) {
        if (tls != null) {
            pipeline.addLast(tls.newHandler(pipeline.channel().alloc()));
        }
        if (order.protocol().isHttp2()) {
            pipeline.addLast(Http2FrameCodecBuilder.forClient()
                    .initialSettings(Http2Settings.defaultSettings().initialWindowSize(WINDOW))
                    .build());
            pipeline.addLast(new Http2LoadConnection(this, order.streams()));
        } else {
            pipeline.addLast(new Http1LoadConnection(this, order.longest()));
        }
    }

    /** Timers of a thread are up to 50 us late unless it asks for better; where it may not, they are late. */
    private static void sharpenTimer() {
        try {
            Path thread = Path.of("/proc/thread-self").toRealPath().getFileName();
            Files.writeString(Path.of("/proc", String.valueOf(thread), "timerslack_ns"), "1");
        } catch (IOException e) {
            System.err.println("FixedRate: coarse timers: " + e);
        }
    }

    @Override
    public void idle(LoadConnection connection) {
        idle.addLast(connection);
        if (idle.size() == order.connections() * order.streams()) {
            // All are there: the timetable begins.
            start = System.nanoTime();
            proceed();
        }
    }

    @Override
    public void answered(LoadConnection connection, long due, int status) {
        answered++;
        if (status / 100 != 2) {
            refused++;
        }
        if (due >= order.due(order.firstCounted())) {
            latencies.recordValue(System.nanoTime() - start - due);
        }
        idle.addLast(connection);
        if (answered == order.count()) {
            end.complete(null);
        } else {
            proceed();
        }
    }

    @Override
    public void failed(String reason) {
        end.completeExceptionally(new IOException(reason));
    }

    /** Sends the requests that are due, as far as connections are free, and schedules itself for the next one. */
    private void proceed() {
        while (next < order.count() && !idle.isEmpty()) {
            long due = order.due(next);
            long now = System.nanoTime() - start;
            if (due > now) {
                comeBack(due - now);
                return;
            }
            if (next >= order.firstCounted()) {
                delays.recordValue(now - due);
            }
            idle.removeFirst().send(order.request(next++), due);
        }
    }

    private void comeBack(long nanos) {
        if (isTimed) {
            return;
        }
        isTimed = true;
        loop.schedule(this::timed, nanos, TimeUnit.NANOSECONDS);
    }

    private void timed() {
        isTimed = false;
        proceed();
    }

    private void print() {
        System.out.printf(
                "requests %d refused %d p50 %.0f p99 %.0f p99.9 %.0f max %.0f sent_late_p99 %.0f%n",
                latencies.getTotalCount(),
                refused,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getValueAtPercentile(99.9) / 1e3,
                latencies.getMaxValue() / 1e3,
                delays.getValueAtPercentile(99) / 1e3);
    }
}
