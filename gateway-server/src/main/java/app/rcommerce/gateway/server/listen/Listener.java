package app.rcommerce.gateway.server.listen;

import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.server.exchange.ClientConnection;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.memory.Holding;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.memory.ReadBuffers;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.protocol.http1.Http1Connection;
import app.rcommerce.gateway.server.protocol.http2.Http2Connection;
import app.rcommerce.gateway.server.tls.ArrivalObserver;
import app.rcommerce.gateway.server.tls.Handshake;
import app.rcommerce.gateway.server.tls.TlsServer;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Peer;
import app.rcommerce.gateway.server.transport.QuietClose;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.server.transport.Trickle;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets for clients and the connections accepted on them, so that these can be drained. Starting and
 * stopping is for one thread; the rest is safe for any.
 */
public final class Listener implements ClientConnection.Owner, Arrival.Host {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 1024;
    private static final long ACCEPT_MILLIS = 50;
    /** How long handshakes that have begun may take, once no further one begins. */
    private static final long HANDSHAKE_MILLIS = 250;

    private static final long SILENT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Transport transport;
    private final Supplier<Snapshot> snapshots;
    private final Traffic traffic;
    private final MemoryBudget memory;
    private final MemoryBudget sentAhead;
    private final TlsServer tls;
    private final ArrivalObserver handshakes;
    private final List<Channel> bound = new ArrayList<>();
    /** Each connection with its place at its address. */
    private final Map<ClientConnection, String> connections = new ConcurrentHashMap<>();

    private final ConnectionLimits limits;
    private final Set<Silence> shedding = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;
    private volatile boolean draining;

    /**
     * A listener that takes the snapshot of each request from the supplier.
     *
     * @param memory the bound on what connections and requests under way take of the heap
     * @param sentAhead the bound on what clients send ahead
     * @param tls what sockets with TLS show
     * @param handshakes told of what comes of them
     * @param mostConnections of clients at once; 0 for what the limit of open files and the heap allow
     */
    public Listener(
            Transport transport,
            Supplier<Snapshot> snapshots,
            Traffic traffic,
            MemoryBudget memory,
            MemoryBudget sentAhead,
            TlsServer tls,
            ArrivalObserver handshakes,
            int mostConnections) {
        this.limits = ConnectionLimits.of(mostConnections, OpenFiles.limit(), Holding.connections(memory));
        this.transport = transport;
        this.snapshots = snapshots;
        this.traffic = traffic;
        this.memory = memory;
        this.sentAhead = sentAhead;
        this.tls = tls;
        this.handshakes = handshakes;
    }

    /**
     * Binds an address and listens on it.
     *
     * @return where it listens, which tells the port where any free one was asked for
     * @throws IOException where the address cannot be bound, naming it
     */
    public InetSocketAddress bind(ListeningSocket socket) throws IOException {
        ListenAddress listen = socket.address();
        ReadBuffers buffers = new ReadBuffers();
        ServerBootstrap bootstrap = transport
                .listening(transport.group())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 128 * 1024))
                .handler(limits)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        buffers.attach(channel);
                        channel.pipeline().addLast(new QuietClose());
                        accept(channel, socket);
                    }
                });
        var future = bootstrap
                .bind(new InetSocketAddress(listen.host(), listen.port()))
                .awaitUninterruptibly();
        if (!future.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + listen + ": " + Transport.bindFailure(future.cause()), future.cause());
        }
        bound.add(future.channel());
        limits.listening(future.channel());
        return (InetSocketAddress) future.channel().localAddress();
    }

    private void accept(Channel channel, ListeningSocket socket) {
        Peer peer = Peer.of(channel, socket.httpsPort());
        boolean proxied = socket.proxyProtocol().stream().anyMatch(range -> range.contains(peer.address()));
        String place = proxied
                ? limits.openedUnplaced()
                : limits.opened(peer.address(), snapshot().server());
        if (place == null || !hasRoom(channel, place)) {
            channel.close();
            return;
        }
        traffic.connectionOpened();
        if (draining && transport.reusePort()) {
            LeastHops.hear(channel);
        }
        serve(
                proxied || socket.tls() || socket.h2c()
                        ? Arrival.begin(this, channel, socket, peer, proxied)
                        : Http1Connection.serve(this, channel, transport.outbox(channel.eventLoop()), peer),
                place);
    }

    /** Whether there is memory left for another client, which is counted then; else its place is given back. */
    private boolean hasRoom(Channel channel, String place) {
        if (Holding.begin(channel, memory)) {
            return true;
        }
        limits.closed(place);
        return false;
    }

    private void serve(ClientConnection connection, String place) {
        connections.put(connection, place);
        if (draining) {
            connection.drain();
        }
    }

    @Override
    public void replaced(ClientConnection before, ClientConnection now) {
        String place = connections.remove(before);
        if (place != null) {
            connections.put(now, place);
            if (draining) {
                now.drain();
            }
        }
    }

    @Override
    public boolean place(Arrival arrival, byte[] address) {
        String place = limits.placed(address, snapshot().server());
        if (place == null) {
            return false;
        }
        connections.put(arrival, place);
        return true;
    }

    @Override
    public void arrived(Arrival arrival, Channel channel, Peer peer, boolean http2) {
        String place = connections.remove(arrival);
        Outbox outbox = transport.outbox(channel.eventLoop());
        serve(
                http2 && snapshot().server().http2().enabled()
                        ? Http2Connection.serve(this, channel, outbox, peer)
                        : Http1Connection.serve(this, channel, outbox, peer),
                place == null ? "" : place);
    }

    @Override
    public Trickle trickle(EventLoop loop) {
        return transport.outbox(loop).trickle();
    }

    @Override
    public Handshake handshake() {
        return tls.handshake();
    }

    @Override
    public ArrivalObserver handshakes() {
        return handshakes;
    }

    @Override
    public Duration headerTimeout() {
        return snapshot().server().headerTimeout();
    }

    @Override
    public void closed(ClientConnection connection) {
        String place = connections.remove(connection);
        if (place != null) {
            limits.closed(place);
            traffic.connectionClosed();
        }
    }

    @Override
    public Snapshot snapshot() {
        return snapshots.get();
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public MemoryBudget sentAhead() {
        return sentAhead;
    }

    @Override
    public boolean isDraining() {
        return leaving || draining;
    }

    /**
     * Asks clients to leave: they are accepted and answered as before, but each answer is the last of its connection,
     * so that they turn to whoever serves next.
     */
    public void leave() {
        leaving = true;
    }

    /**
     * Stops listening, lets every accepted request end, and closes what is left after the grace. Blocks until then.
     *
     * @return how many connections had to be broken off
     */
    public int drain(Duration grace) throws InterruptedException {
        draining = true;
        // Connections that wait to be accepted would be reset: let them in first.
        if (transport.reusePort() && bound.stream().allMatch(LeastHops::deafen)) {
            Thread.sleep(HANDSHAKE_MILLIS);
        }
        Thread.sleep(ACCEPT_MILLIS);
        bound.forEach(channel -> channel.close().awaitUninterruptibly());
        connections.keySet().forEach(connection -> connection.loop().execute(connection::drain));
        long deadline = System.nanoTime() + grace.toNanos();
        while (!connections.isEmpty() && deadline - System.nanoTime() > 0) {
            Thread.sleep(10);
        }
        int left = connections.size();
        connections.keySet().forEach(connection -> connection.loop().execute(connection::abort));
        return left;
    }

    /**
     * Closes the clients that have been silent like this for a second, to free the memory that they keep; called while
     * that is scarce. All connections are asked, on their event loops, unless some have yet to answer who were asked
     * before.
     */
    public void shed(Silence silence) {
        if (!shedding.add(silence)) {
            return;
        }
        AtomicInteger closed = new AtomicInteger();
        CompletableFuture.allOf(connections.keySet().stream()
                        .map(connection -> CompletableFuture.runAsync(
                                () -> closed.addAndGet(closeIfSilent(connection, silence) ? 1 : 0), connection.loop()))
                        .toArray(CompletableFuture[]::new))
                .whenComplete((done, failed) -> {
                    shedding.remove(silence);
                    if (closed.get() > 0) {
                        LOG.warn(silence.text(), closed.get());
                    }
                });
    }

    private boolean closeIfSilent(ClientConnection connection, Silence silence) {
        return (silence != Silence.SENDS_NOTHING || memory.isNearlySpent())
                && connection.closeIfSilent(SILENT_NANOS, silence);
    }

    /** The bound on connections of clients. */
    public int mostConnections() {
        return limits.most();
    }

    /** The number of clients that were closed at once because their address had as many connections as it may. */
    public long refusedAtAddress() {
        return limits.refused();
    }

    /** Whether accepting is stopped because as many clients are connected as may be. */
    public boolean isPaused() {
        return limits.isPaused();
    }

    /** The number of open connections of clients. */
    public int openConnections() {
        return connections.size();
    }
}
