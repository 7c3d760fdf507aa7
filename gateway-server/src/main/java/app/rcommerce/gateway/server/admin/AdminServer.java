package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.server.admin.operations.Operations;
import app.rcommerce.gateway.server.memory.ReadBuffers;
import app.rcommerce.gateway.server.metrics.Scrape;
import app.rcommerce.gateway.server.transport.QuietClose;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port: {@code /metrics}, {@code /health/live}, {@code /health/ready} and {@code /admin/v1/…} over HTTP/1.1.
 * It has an event loop of its own, so that whoever floods it takes nothing from the gateway's; requests are answered on
 * virtual threads. A request is judged by its head before any content is taken; connections are bounded, and the one
 * that has been silent for longest makes room. Its address and its token are those of the start: a reload changes
 * neither. Starting and closing is for one thread.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int IDLE_SECONDS = 120;
    private static final int MOST_CONNECTIONS = 64;
    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_HEAD = 8192;
    private static final long CLOSE_SECONDS = 5;

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final AdminRoutes routes;
    private final InetSocketAddress address;
    private final EventLoopGroup loop;
    private final Channel listening;
    /** Connections in the order of their last request, the one silent for longest first; for the event loop alone. */
    private final SequencedSet<Channel> bySilence = new LinkedHashSet<>();

    private AdminServer(Transport transport, InetSocketAddress listen, AdminRoutes routes) throws IOException {
        this.routes = routes;
        this.loop = transport.separateLoop("admin");
        var bound = transport
                .listening(loop)
                .childOption(ReadBuffers.OPTION, new ReadBuffers())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new QuietClose());
                        accept(channel);
                    }
                })
                .bind(listen)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            executor.shutdown();
            loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot listen on " + listen.getHostString() + ":" + listen.getPort() + " for the admin port: "
                            + Transport.bindFailure(bound.cause()),
                    bound.cause());
        }
        this.listening = bound.channel();
        channels.add(listening);
        this.address = (InetSocketAddress) bound.channel().localAddress();
    }

    /**
     * Starts to listen.
     *
     * @param metrics everything measured, by the field {@code Accept}
     * @param refused run for each request that may not use the port
     * @throws IOException where the address cannot be bound, naming it
     * @throws IllegalArgumentException where there is no token and the address is not a loopback address
     */
    public static AdminServer start(
            Transport transport,
            ServerConfig.AdminConfig config,
            Operations operations,
            Function<String, Scrape> metrics,
            Runnable refused)
            throws IOException {
        ListenAddress listen = config.listen();
        InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
        boolean local = !address.isUnresolved() && address.getAddress().isLoopbackAddress();
        if (config.token() == null && !local) {
            throw new IllegalArgumentException(
                    "server.admin.listen: " + listen + " (expected: a loopback address, since no token is configured)");
        }
        return new AdminServer(
                transport, address, new AdminRoutes(new Guard(config.token()), operations, metrics, refused));
    }

    private void accept(Channel channel) {
        channels.add(channel);
        if (bySilence.size() >= MOST_CONNECTIONS) {
            Channel silent = bySilence.removeFirst();
            LOG.warn(
                    "admin: {} connections, the one from {} that was silent for longest is closed",
                    MOST_CONNECTIONS,
                    silent.remoteAddress());
            silent.close();
        }
        bySilence.add(channel);
        channel.closeFuture().addListener(closed -> bySilence.remove(channel));
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS, TimeUnit.SECONDS))
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LONGEST_HEAD)))
                .addLast(new Gatekeeper(routes, () -> bySilence.addLast(channel)))
                .addLast(new Intake())
                .addLast(new AdminConnection(routes, executor));
    }

    /** The address on which it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Stops listening; connections stay. */
    public void stopListening() {
        listening.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Stops listening, closes every connection, and waits up to five seconds for requests under way. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("admin: requests did not end within {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
