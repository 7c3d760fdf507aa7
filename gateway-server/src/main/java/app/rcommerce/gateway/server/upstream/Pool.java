package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.identity.Addresses;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one server, the one used last first: those that a lull leaves over grow old and
 * are closed. Confined to its event loop, but for the number of open connections, which is shared with the other loops'
 * pools.
 */
final class Pool {

    /** Told the result of {@link Pool#connect}. */
    interface Connected {
        void connected(UpstreamConnection connection);

        void refused(Failure failure);
    }

    private static final int MAX_HEAD = 64 * 1024;

    private final UpstreamConfig config;
    private final InetSocketAddress address;
    private final AtomicInteger open;
    private final Bootstrap bootstrap;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private boolean retired;

    Pool(UpstreamConfig config, UpstreamConfig.Server server, AtomicInteger open, EventLoop loop, Transport transport) {
        this.config = config;
        byte[] literal = Addresses.parse(server.host());
        this.address = literal == null
                ? InetSocketAddress.createUnresolved(server.host(), server.port())
                : new InetSocketAddress(Addresses.toInetAddress(literal), server.port());
        this.open = open;
        Outbox outbox = transport.outbox(loop);
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.clientChannel())
                .resolver(transport.resolver())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(config.connectTimeout().toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ResponseDecoder decoder = new ResponseDecoder(MAX_HEAD);
                        channel.pipeline()
                                .addLast(decoder)
                                .addLast(new UpstreamConnection(Pool.this, channel, decoder, outbox));
                    }
                });
    }

    UpstreamConfig config() {
        return config;
    }

    /** An idle connection that serves the listener from now on, or null. */
    @Nullable UpstreamConnection takeIdle() {
        @Nullable UpstreamConnection connection = idle.pollFirst();
        while (connection != null && !connection.isUsable()) {
            connection = idle.pollFirst();
        }
        return connection;
    }

    /** Opens a connection. */
    void connect(Connected toTell) {
        if (open.incrementAndGet() > config.maxConnections()) {
            open.decrementAndGet();
            toTell.refused(new Failure(
                    Failure.Source.GATEWAY, Failure.Kind.OVERLOAD, "all connections to the upstream are in use"));
            return;
        }
        ChannelFuture connecting = bootstrap.connect(address);
        connecting.channel().closeFuture().addListener(closed -> open.decrementAndGet());
        connecting.addListener((ChannelFutureListener) done -> {
            if (done.isSuccess()) {
                toTell.connected(done.channel().pipeline().get(UpstreamConnection.class));
            } else {
                done.channel().close();
                toTell.refused(new Failure(Failure.Source.UPSTREAM, Failure.Kind.CONNECT, "no connection could be made"));
            }
        });
    }

    void release(UpstreamConnection connection) {
        if (retired) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    void closed(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /** Closes what is idle, and what becomes idle from now on. */
    void retire() {
        retired = true;
        while (!idle.isEmpty()) {
            idle.removeFirst().close();
        }
    }
}
