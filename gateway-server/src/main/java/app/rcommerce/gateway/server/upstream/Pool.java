package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.balance.Endpoint;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.server.memory.ReadBuffers;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.QuietClose;
import app.rcommerce.gateway.server.transport.Transport;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pool of one event loop's connections to one server. The connection used last is taken first, so that those left
 * over after a lull grow old and are closed. Confined to its event loop; bounds over all loops are counted by the
 * {@link Endpoint}.
 */
final class Pool {

    /** The receiver of a connection from {@link Pool#acquire}, called on the pool's event loop. */
    interface Acquired {
        void acquired(UpstreamConnection connection);

        void refused(Failure failure);
    }

    private static final int MAX_HEAD = 64 * 1024;

    /** So that an answer that fills a buffer is read together with what has come behind it. */
    private static final int BUFFERS_IN_TURN = 2;

    private final PooledServer origin;
    private final UpstreamConfig config;
    private final Endpoint endpoint;
    private final EventLoop loop;
    private final ServerAddresses addresses;
    private final Bootstrap bootstrap;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private boolean retired;

    Pool(PooledServer origin, EventLoop loop, Transport transport) {
        this.origin = origin;
        this.config = origin.config();
        this.endpoint = origin.endpoint();
        this.loop = loop;
        this.addresses = new ServerAddresses(origin, loop, transport.resolver());
        Outbox outbox = transport.outbox(loop);
        ReadBuffers buffers = new ReadBuffers(BUFFERS_IN_TURN);
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.clientChannel())
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(config.connectTimeout().toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        buffers.attach(channel);
                        ResponseDecoder decoder = new ResponseDecoder(MAX_HEAD, outbox.heads());
                        channel.pipeline()
                                .addLast(new QuietClose())
                                .addLast(decoder)
                                .addLast(new UpstreamConnection(Pool.this, channel, decoder, outbox));
                    }
                });
        origin.pools().add(this);
    }

    UpstreamConfig config() {
        return config;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Finds a connection for one request: an idle one, or a new one. It holds a place among the server's requests in
     * flight, and gives it back when it has served. To a server on trial a new one is made, since only that ends the
     * trial; an idle one serves where none can be made.
     *
     * @param fresh whether an idle connection will not do
     */
    void acquire(boolean fresh, Acquired toTell) {
        if (!endpoint.enter()) {
            toTell.refused(overload());
            return;
        }
        UpstreamConnection connection = fresh || endpoint.isOnTrial() ? null : takeIdle();
        if (connection != null) {
            toTell.acquired(connection);
        } else {
            addresses.find(found -> reserve(found, fresh, toTell));
        }
    }

    private static Failure overload() {
        return new Failure(
                Failure.Source.GATEWAY, Failure.Kind.OVERLOAD, "the upstream has as many requests as it may");
    }

    private @Nullable UpstreamConnection takeIdle() {
        @Nullable UpstreamConnection connection = idle.pollFirst();
        while (connection != null && !connection.isUsable()) {
            connection.close();
            connection = idle.pollFirst();
        }
        return connection;
    }

    /**
     * Reserves a place for a new connection; where idle connections hold all places, one of them is closed, of this
     * loop or of another.
     */
    private void reserve(List<InetSocketAddress> found, boolean fresh, Acquired toTell) {
        if (endpoint.reserve()) {
            connect(found, 0, fresh, toTell);
            return;
        }
        closeIdle(0, () -> {
            if (endpoint.reserve()) {
                connect(found, 0, fresh, toTell);
            } else {
                refuse(overload(), fresh, toTell);
            }
        });
    }

    /** Closes one idle connection of the first pool that has one, then goes on, on this loop. */
    private void closeIdle(int index, Runnable then) {
        if (index == origin.pools().size()) {
            then.run();
            return;
        }
        Pool other = origin.pools().get(index);
        other.onLoop(() -> {
            UpstreamConnection oldest = other.idle.pollLast();
            if (oldest == null) {
                onLoop(() -> closeIdle(index + 1, then));
            } else {
                oldest.close();
                onLoop(then);
            }
        });
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /**
     * Connects to the addresses one after the other until one succeeds; the place among the connections is held
     * meanwhile.
     */
    private void connect(List<InetSocketAddress> found, int attempt, boolean fresh, Acquired toTell) {
        if (attempt == found.size()) {
            endpoint.unreserve();
            endpoint.refused();
            String why = found.isEmpty() ? "the server's name has no address" : "no connection could be made";
            refuse(new Failure(Failure.Source.UPSTREAM, Failure.Kind.CONNECT, why), fresh, toTell);
            return;
        }
        ChannelFuture connecting = bootstrap.connect(found.get(attempt));
        // A channel that could not even be made belongs to no event loop: come back to ours.
        connecting.addListener((ChannelFutureListener) done -> onLoop(() -> {
            if (done.isSuccess()) {
                endpoint.connected();
                toTell.acquired(done.channel().pipeline().get(UpstreamConnection.class));
            } else {
                // Netty has closed the channel, if there was one.
                connect(found, attempt + 1, fresh, toTell);
            }
        }));
    }

    private void refuse(Failure failure, boolean fresh, Acquired toTell) {
        UpstreamConnection connection = fresh ? null : takeIdle();
        if (connection != null) {
            toTell.acquired(connection);
        } else {
            endpoint.leave();
            toTell.refused(failure);
        }
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
