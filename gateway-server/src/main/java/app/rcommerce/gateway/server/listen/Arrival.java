package app.rcommerce.gateway.server.listen;

import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.server.exchange.ClientConnection;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.tls.ArrivalObserver;
import app.rcommerce.gateway.server.tls.Handshake;
import app.rcommerce.gateway.server.transport.Deadline;
import app.rcommerce.gateway.server.transport.Peer;
import app.rcommerce.gateway.server.transport.TlsSession;
import app.rcommerce.gateway.server.transport.Trickle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client that has connected and of whom it is not known yet who it is and what it speaks: first comes the PROXY
 * protocol header where its peer sends one, then the TLS handshake where the socket speaks TLS, then the choice of the
 * protocol by ALPN (RFC 7301) or, in the clear, by the preface of HTTP/2 (RFC 9113 §3.4). Each step has a deadline.
 * Confined to its event loop.
 */
final class Arrival extends ChannelInboundHandlerAdapter implements ClientConnection {

    /** What arrivals are for: the listener that takes what they become. */
    interface Host {

        /** Gives the client the place that its address, which a proxy has told, has left; false where there is none. */
        boolean place(Arrival arrival, byte[] address);

        /** Serves the client by the protocol that was found, and forgets the arrival. */
        void arrived(Arrival arrival, Channel channel, Peer peer, boolean http2);

        /** What ends clients who have run out of time, of which there may be thousands at once. */
        Trickle trickle(EventLoop loop);

        /** A handler for the client's handshake. */
        Handshake handshake();

        /** The observer of handshakes. */
        ArrivalObserver handshakes();

        /** The longest time for a header of the PROXY protocol, or for the first bytes of HTTP. */
        Duration headerTimeout();

        /** Forgets the arrival, since its connection has ended. */
        void closed(ClientConnection arrival);
    }

    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    private static final Duration DRAINING = Duration.ofSeconds(1);
    /** The most that vendors may add to a PROXY header of version 2, in bytes. */
    private static final int MOST_TLV = 1024;

    private final Host host;
    private final Channel channel;
    private final ListeningSocket socket;
    private final Deadline deadline;
    private Peer peer;
    private @Nullable Handshake handshake;
    private @Nullable Preface preface;
    private boolean awaitsHeader;
    private boolean over;

    private Arrival(Host host, Channel channel, ListeningSocket socket, Peer peer) {
        this.host = host;
        this.channel = channel;
        this.socket = socket;
        this.peer = peer;
        Trickle trickle = host.trickle(channel.eventLoop());
        this.deadline = new Deadline(channel.eventLoop(), () -> trickle.add(this::tooLate));
    }

    /** An arrival that waits for the client's first bytes. */
    static Arrival begin(Host host, Channel channel, ListeningSocket socket, Peer peer, boolean proxied) {
        Arrival arrival = new Arrival(host, channel, socket, peer);
        channel.pipeline().addLast(arrival);
        if (proxied) {
            channel.pipeline().addFirst(new HAProxyMessageDecoder(MOST_TLV));
            arrival.awaitsHeader = true;
            arrival.deadline.set(host.headerTimeout().toNanos());
        } else {
            arrival.known();
        }
        return arrival;
    }

    /** Goes on once the client's address is known. */
    private void known() {
        if (socket.tls()) {
            Handshake begun = host.handshake();
            handshake = begun;
            deadline.set(HANDSHAKE.toNanos());
            channel.pipeline().addBefore(channel.pipeline().context(this).name(), null, begun);
        } else if (socket.h2c()) {
            deadline.set(host.headerTimeout().toNanos());
            preface = new Preface(channel.alloc());
        } else {
            become(false);
        }
    }

    private void become(boolean http2) {
        if (over) {
            return;
        }
        over = true;
        deadline.close();
        host.arrived(this, channel, peer, http2);
        Preface read = preface;
        if (read != null) {
            preface = null;
            channel.pipeline().context(this).fireChannelRead(read.bytes());
        }
        channel.pipeline().remove(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Preface reading = preface;
        if (message instanceof HAProxyMessage header) {
            proxied(header);
        } else if (reading != null && message instanceof ByteBuf bytes) {
            Boolean http2 = reading.read(bytes);
            if (http2 != null) {
                become(http2);
            }
        } else if (over) {
            ctx.fireChannelRead(message);
        } else {
            // Nothing else is expected here: what has not been decoded is nothing we speak.
            ReferenceCountUtil.release(message);
            channel.close();
        }
    }

    private void proxied(HAProxyMessage header) {
        try {
            Peer told = ProxiedPeer.of(header, peer);
            if (told == null) {
                headerRefused(false);
                channel.close();
                return;
            }
            if (!host.place(this, told.address())) {
                channel.close();
                return;
            }
            peer = told;
        } finally {
            awaitsHeader = false;
            header.release();
        }
        deadline.clear();
        known();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && !over) {
            handshaken(completion);
        } else if (event instanceof ChannelInputShutdownEvent) {
            // Whoever sends nothing more will never be known.
            channel.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void handshaken(SslHandshakeCompletionEvent completion) {
        Handshake made = handshake;
        if (made == null) {
            return;
        }
        if (!completion.isSuccess() || made.isExpired()) {
            failed(channel.isActive() ? ArrivalObserver.Failure.FAILED : ArrivalObserver.Failure.CLOSED);
            channel.close();
            return;
        }
        handshake = null;
        TlsSession session = made.session();
        host.handshakes().completed(session, made.isResumed());
        peer = peer.by(session);
        become(ApplicationProtocolNames.HTTP_2.equals(made.protocol()));
    }

    private void failed(ArrivalObserver.Failure why) {
        if (handshake != null) {
            handshake = null;
            host.handshakes().failed(why);
        }
    }

    private void tooLate() {
        if (over) {
            return;
        }
        headerRefused(true);
        failed(ArrivalObserver.Failure.TIMEOUT);
        channel.close();
    }

    private void headerRefused(boolean late) {
        if (awaitsHeader) {
            awaitsHeader = false;
            host.handshakes().headerRefused(late);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!over) {
            over = true;
            deadline.close();
            failed(ArrivalObserver.Failure.CLOSED);
            if (preface != null) {
                preface.release();
                preface = null;
            }
            host.closed(this);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A header or a handshake that cannot be read; the handshake has told so already.
        headerRefused(false);
        channel.close();
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void drain() {
        if (!over) {
            deadline.set(DRAINING.toNanos());
        }
    }

    @Override
    public boolean closeIfSilent(long nanos, Silence what) {
        return false;
    }

    @Override
    public void abort() {
        channel.close();
    }
}
