package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.exchange.ClientConnection;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.IncomingRequest;
import app.rcommerce.gateway.server.exchange.RequestContent;
import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.protocol.http1.Timeouts.For;
import app.rcommerce.gateway.server.protocol.http1.decode.RequestDecoder;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/1.1 connection: it serves the requests in order, keeps the connection alive or closes it, and
 * enforces the time-outs. Requests that the client has sent ahead wait their turn. The state of a single request is in
 * its {@link Exchange}. Confined to its event loop.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter implements ClientConnection {

    /** How long an idle connection may still bring a request once the gateway is stopping. */
    private static final long QUIET_MILLIS = 500;

    private final Owner owner;
    private final RequestDecoder decoder;
    private final Channel channel;
    private final MessageWriter writer;
    private final Timeouts timeouts;
    private final Http1Leg leg;
    private final Closing closing;
    private final Backlog backlog;

    private @Nullable Exchange current;
    private boolean skipLast;
    private boolean discarding;
    private boolean pumping;
    private boolean closeWhenIdle;
    private boolean inputEnded;

    private Http1Connection(Owner owner, Channel channel, RequestDecoder decoder, Outbox outbox, Peer peer) {
        this.owner = owner;
        this.channel = channel;
        this.decoder = decoder;
        this.writer = new MessageWriter(channel, outbox);
        this.timeouts =
                new Timeouts(channel.eventLoop(), () -> owner.snapshot().server(), writer::taken, this::timedOut);
        this.leg = new Http1Leg(this, owner, channel, writer, timeouts, peer);
        this.closing = new Closing(channel, writer, timeouts);
        this.backlog = new Backlog(channel, owner.sentAhead());
    }

    /** Serves a client from its first byte of HTTP/1.1 on. */
    public static Http1Connection serve(Owner owner, Channel channel, Outbox outbox, Peer peer) {
        ServerConfig server = owner.snapshot().server();
        RequestDecoder decoder =
                new RequestDecoder(server.maxRequestLine(), server.maxHeaderSize(), server.maxFields(), outbox.heads());
        Http1Connection connection = new Http1Connection(owner, channel, decoder, outbox, peer);
        channel.pipeline().addLast(decoder).addLast(connection);
        connection.awaitRequest();
        return connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (closing.isBegun() || !(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (backlog.isEmpty() && isTurnOfNext()) {
            handle(object);
        } else if (!backlog.add(object)) {
            // The client sends again what was not answered (RFC 9112 §9.3.2).
            leg.closeAfterwards();
            if (current == null) {
                linger();
            }
        }
    }

    /**
     * Whether the next object can be handled: it belongs to the request under way, or none is. A client that takes no
     * answers gets no further ones: they would pile up here.
     */
    private boolean isTurnOfNext() {
        if (skipLast || discarding) {
            return true;
        }
        return current == null ? channel.isWritable() : !current.content().isEnded();
    }

    /** Handles the next decoded object. */
    private void handle(HttpObject object) {
        if (skipLast && object instanceof LastHttpContent) {
            skipLast = false;
            ReferenceCountUtil.release(object);
            return;
        }
        if (discarding) {
            discard(object);
        } else if (object instanceof HttpRequest request) {
            begin(request);
        } else if (object instanceof HttpContent content && current != null) {
            content(current, content);
        } else {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(HttpRequest request) {
        timeouts.waitFor(For.NOTHING);
        timeouts.begin();
        leg.begin(request);
        IncomingRequest incoming;
        try {
            incoming = RequestCheck.check(request, leg.peer());
            leg.hold(incoming.head());
        } catch (BadRequest bad) {
            refuse(bad);
            return;
        }
        boolean hasContent = incoming.head().hasContent();
        if (hasContent && inputEnded && !backlog.holdsWholeContent()) {
            // The rest can never come: nobody upstream should wait for it.
            closing.onceTaken();
            return;
        }
        if (incoming.isWebSocketHandshake()) {
            // Unless the protocol is switched: what the client sends behind it is no request.
            leg.closeAfterwards();
        }
        skipLast = !hasContent;
        Exchange exchange = new Exchange(leg, owner.snapshot(), incoming, owner.traffic());
        current = exchange;
        exchange.start();
        if (current == exchange && hasContent) {
            timeouts.waitFor(For.CONTENT);
        }
    }

    private void content(Exchange exchange, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            leg.closeAfterwards();
            exchange.requestBroken(
                    BadRequest.malformed("its content cannot be read").status());
            return;
        }
        boolean last = content instanceof LastHttpContent;
        timeouts.arrived(content.content().readableBytes());
        // A response that has begun early may still wait for the client to read.
        timeouts.waitFor(!last ? For.CONTENT : channel.isWritable() ? For.NOTHING : For.CLIENT_READS);
        exchange.contentArrived(content.content(), last);
    }

    /** Refuses a request that is too malformed to become an exchange. */
    private void refuse(BadRequest bad) {
        leg.closeAfterwards();
        Refusal.send(bad, writer, owner.traffic(), leg.peer());
        linger();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (current != null) {
            current.requestReadComplete();
        }
        if (current == null && timeouts.waiting() == For.REQUEST && decoder.isMidHead()) {
            timeouts.waitFor(For.HEAD);
        }
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void abort() {
        leg.abort();
    }

    /** The content of the request under way, as far as it has arrived; null where none is. */
    @Nullable
    RequestContent content() {
        return current == null ? null : current.content();
    }

    /** Called once the exchange has ended and its response is complete. */
    void ended(Exchange exchange) {
        if (current != exchange) {
            return;
        }
        current = null;
        if (!leg.isKeptAlive()) {
            if (exchange.content().isEnded()
                    && backlog.isEmpty()
                    && !decoder.isHolding()
                    && channel.config().isAutoRead()) {
                closing.onceTaken();
            } else {
                linger();
            }
            return;
        }
        writer.flush();
        if (!exchange.content().isEnded()) {
            if (!exchange.content().isWorthDiscarding(Http1Leg.DISCARD_MOST)) {
                linger();
                return;
            }
            discarding = true;
            Reading.set(channel, true);
            timeouts.waitFor(For.CONTENT);
        }
        pump();
    }

    /** Called when the exchange under way has ended with a switch to another protocol. */
    void switched() {
        current = null;
    }

    private void discard(HttpObject object) {
        boolean last = object instanceof LastHttpContent;
        if (object instanceof HttpContent content) {
            timeouts.arrived(content.content().readableBytes());
        }
        ReferenceCountUtil.release(object);
        if (object.decoderResult().isFailure()) {
            linger();
        } else if (!last) {
            timeouts.waitFor(For.CONTENT);
        } else {
            discarding = false;
            pump();
        }
    }

    /** Serves the requests that were sent ahead, in a loop rather than by recursion. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!backlog.isEmpty() && !closing.isBegun() && isTurnOfNext()) {
                handle(backlog.remove());
            }
        } finally {
            pumping = false;
        }
        if (current != null) {
            current.requestReadComplete();
        }
        if (backlog.isEmpty() && !Reading.isWanted(channel) && current == null) {
            Reading.set(channel, true);
        }
        if (current == null && !discarding && !closing.isBegun()) {
            if (closeWhenIdle) {
                closing.onceTaken();
            } else {
                if (owner.isDraining()) {
                    // The answer had promised to take another request before the gateway was told to stop.
                    drain();
                }
                awaitRequest();
            }
        }
    }

    private void awaitRequest() {
        For next = decoder.isMidHead() ? For.HEAD : For.REQUEST;
        timeouts.waitFor(channel.isWritable() ? next : For.CLIENT_READS);
    }

    /** Closes gently, whatever part of the request is still to come. */
    private void linger() {
        backlog.drop();
        decoder.giveUp();
        closing.linger(() -> inputEnded);
    }

    /**
     * Ends the connection after the request under way, since the gateway is stopping. An idle connection is kept a
     * little longer, since a request may be on its way already, and is then closed gently.
     */
    @Override
    public void drain() {
        channel.eventLoop().schedule(this::endWhenIdle, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endWhenIdle() {
        if (current == null && backlog.isEmpty() && !decoder.isMidHead() && !discarding && !closing.isBegun()) {
            linger();
        }
    }

    @Override
    public boolean closeIfSilent(long nanos, Silence what) {
        boolean asked = what != Silence.HOLDS_ANSWER || (current != null && current.isHolding());
        if (!asked || !timeouts.isSilent(nanos, what)) {
            return false;
        }
        channel.close();
        return true;
    }

    private void timedOut(For was) {
        if (was == For.CONTENT && current != null) {
            leg.closeAfterwards();
            current.clientFailed(new Failure(
                    Failure.Source.CLIENT, Failure.Kind.TIMEOUT, "the request's content did not arrive in time"));
            return;
        }
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            inputEnded();
        } else if (event == RequestDecoder.Event.TOO_MUCH_HELD && current != null) {
            current.requestBroken(
                    BadRequest.malformed("frames before the handshake is over").status());
        }
    }

    /**
     * Called when the client has ended its sending side. It may still wait for responses (RFC 9112 §9.6); a client that
     * has closed its socket entirely looks the same until something is sent to it.
     */
    private void inputEnded() {
        if (closing.isBegun() || leg.isStreaming()) {
            channel.close(); // Nothing else would tell that the client of a stream has left.
            return;
        }
        if (current == null && backlog.isEmpty()) {
            closing.onceTaken(); // What has been answered may still have to be given to the socket.
            return;
        }
        if (current != null && !current.content().isEnded()) {
            leg.abort();
            return;
        }
        closeWhenIdle = true;
        // A client can be probed that speaks HTTP/1.1 and waits for an answer.
        new Probe(channel, writer, () -> current != null && leg.isInterimTaken() && channel.isActive()).begin();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            return;
        }
        if (timeouts.waiting() == For.CLIENT_READS) {
            timeouts.waitFor(For.NOTHING);
        }
        if (current != null) {
            current.clientWritable();
        } else {
            pump();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        timeouts.close();
        writer.drop();
        backlog.drop();
        Exchange exchange = current;
        current = null;
        if (exchange != null) {
            exchange.clientGone();
        }
        owner.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }
}
