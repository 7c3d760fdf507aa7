package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.memory.ReadBuffers;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.message.HopByHop;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.transport.Deadline;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an origin: idle in a {@link Pool}, or serving one request. Confined to its event loop. It goes back
 * to the pool only at the end of a read that has left nothing in the socket, so that bytes which follow an answer
 * unasked are noticed before another request could take them for its own; whatever arrives before a request has been
 * given to the socket closes it too.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements UpstreamStream {

    /** Interim answers (1xx) that are passed on for one request: they wait for a slow client in memory. */
    private static final int MOST_INTERIM_ANSWERS = 32;

    private final Pool pool;
    private final Channel channel;
    private final ResponseDecoder decoder;
    private final MessageWriter writer;
    private final Deadline deadline;
    /** Whether something has happened since the deadline was set, which is set once for all that happens together. */
    private boolean moved;

    private @Nullable ResponseListener listener;
    private final long madeAtNanos = System.nanoTime();
    /** Whether it holds a place among the server's connections. */
    private boolean counted = true;

    private boolean serving;
    private int served;
    private boolean reused;
    private boolean requestFlushed;
    private boolean upgrading;
    private int interimAnswers;
    private boolean responseBegun;
    private boolean requestEnded;
    private boolean responseEnded;
    private boolean reusable;
    /** The answer's own lines of {@code Connection}: they name trailers too. */
    private List<String> connection = List.of();

    UpstreamConnection(Pool pool, Channel channel, ResponseDecoder decoder, Outbox outbox) {
        this.pool = pool;
        this.channel = channel;
        this.decoder = decoder;
        this.writer = new MessageWriter(channel, outbox, this::flushing);
        this.deadline = new Deadline(channel.eventLoop(), this::timedOut);
    }

    /** Begins to serve a request, which holds a place at the server until the connection has served. */
    void begin(ResponseListener toTell) {
        clearDeadline();
        serving = true;
        served++;
        listener = toTell;
        requestFlushed = false;
        interimAnswers = 0;
        responseBegun = false;
        requestEnded = false;
        responseEnded = false;
        reusable = false;
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public boolean isResponseBegun() {
        return responseBegun;
    }

    @Override
    public boolean isRequestFlushed() {
        return requestFlushed;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void send(RequestHead request) {
        decoder.expect(request.method().equals(HttpMethod.HEAD));
        upgrading = request.fields().contains(HttpHeaderNames.UPGRADE);
        writer.request(request);
        moved = true;
    }

    @Override
    public void send(ByteBuf content, boolean last) {
        requestEnded |= last;
        writer.content(content, last ? EmptyHttpHeaders.INSTANCE : null);
        moved = true;
    }

    @Override
    public void flush() {
        moveDeadline();
        writer.flush();
    }

    /** Called when the request is given to the socket: what arrives from now on may be the response. */
    private void flushing() {
        if (listener != null && !requestFlushed) {
            requestFlushed = true;
            decoder.asked();
        }
    }

    private void moveDeadline() {
        if (moved) {
            moved = false;
            deadline.set(pool.config().timeout().toNanos());
        }
    }

    private void clearDeadline() {
        moved = false;
        deadline.clear();
    }

    @Override
    public void setReading(boolean wanted) {
        if (Reading.isWanted(channel) == wanted) {
            return;
        }
        Reading.set(channel, wanted);
        if (wanted) {
            moved = false;
            deadline.set(pool.config().timeout().toNanos());
        } else {
            clearDeadline();
        }
    }

    @Override
    public void awaitingClient() {
        clearDeadline();
    }

    @Override
    public void cancel() {
        listener = null;
        close();
    }

    /** Gives the place at the server back. */
    private void hasServed() {
        if (serving) {
            serving = false;
            pool.endpoint().leave();
        }
    }

    boolean isUsable() {
        return channel.isActive() && !decoder.isStray();
    }

    /**
     * Whether the connection is too old to be reused: ending old connections makes the pool follow a change of a name's
     * addresses.
     */
    private boolean isWornOut() {
        return served >= pool.config().maxConnectionRequests()
                || System.nanoTime() - madeAtNanos
                        >= pool.config().maxConnectionAge().toNanos();
    }

    /** Closes the connection; from now on it is counted no more, however long its end takes. */
    void close() {
        uncount();
        channel.close();
    }

    private void uncount() {
        hasServed();
        if (counted) {
            counted = false;
            pool.endpoint().unreserve();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ResponseListener toTell = listener;
        if (toTell == null || responseEnded || !(message instanceof HttpObject object)) {
            // Nobody asked for this: not a connection to be trusted with another request.
            ReferenceCountUtil.release(message);
            reusable = false;
            close();
            return;
        }
        if (object.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.PROTOCOL, "the answer cannot be understood"));
            return;
        }
        if (Reading.isWanted(channel)) {
            // Else this was read before the client stopped taking: the origin has no more time to answer for.
            moved = true;
        }
        if (object instanceof HttpResponse response) {
            responded(toTell, response);
        }
        if (object instanceof HttpContent content) {
            if (!responseBegun) {
                // The end of an interim answer.
                content.release();
                return;
            }
            HttpHeaders trailers = null;
            if (content instanceof LastHttpContent end) {
                trailers = end.trailingHeaders();
                HopByHop.removeFromTrailers(trailers, connection);
                responseEnded = true;
                clearDeadline();
                reusable = reusable && requestEnded;
            }
            toTell.content(content.content(), trailers);
        }
    }

    private void responded(ResponseListener toTell, HttpResponse response) {
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            if (response.status().code() == 101) {
                switched(toTell, response);
                return;
            }
            if (++interimAnswers > MOST_INTERIM_ANSWERS) {
                fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.PROTOCOL, "interim answers without end"));
                return;
            }
            toTell.informational(head(response));
            return;
        }
        responseBegun = true;
        reusable = HttpUtil.isKeepAlive(response) && HttpVersion.HTTP_1_1.equals(response.protocolVersion());
        connection = FieldLines.of(response.headers(), HttpHeaderNames.CONNECTION);
        toTell.head(head(response));
    }

    private void switched(ResponseListener toTell, HttpResponse response) {
        HttpHeaders fields = response.headers();
        boolean webSocket = fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && FieldLines.of(fields, HttpHeaderNames.UPGRADE).size() == 1
                && fields.contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (upgrading && webSocket) {
            toTell.switching(head(response));
        } else {
            fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.PROTOCOL, "an upgrade nobody asked for"));
        }
    }

    @Override
    public void switchTo(ChannelHandler next) {
        listener = null;
        deadline.close();
        uncount();
        channel.pipeline().addLast(next).remove(this);
        // What has come behind the answer goes to the next handler.
        channel.pipeline().remove(decoder);
        Reading.set(channel, true);
    }

    /** The head of a response without the fields of this connection and of the framing on it. */
    private static ResponseHead head(HttpResponse response) {
        HttpHeaders fields = response.headers();
        HopByHop.remove(fields);
        fields.remove(HttpHeaderNames.TRANSFER_ENCODING);
        boolean http11 = HttpVersion.HTTP_1_1.equals(response.protocolVersion());
        return new ResponseHead(
                response.status(), fields, http11 ? ProtocolVersion.HTTP_1_1 : ProtocolVersion.HTTP_1_0);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (decoder.isStray() && !responseEnded) {
            // Of the answer before, or of nobody's: the request has not been sent yet, and is sent elsewhere.
            fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.RESET, "bytes came that nobody had asked for"));
            return;
        }
        if (listener != null) {
            moveDeadline();
            listener.readComplete();
        }
        releaseIfDone();
    }

    private void releaseIfDone() {
        if (listener == null) {
            if (decoder.isStray()) {
                close();
            }
            return;
        }
        if (!responseEnded) {
            return;
        }
        listener = null;
        hasServed();
        if (!reusable || decoder.isStray() || ReadBuffers.isFull(channel) || isWornOut() || !channel.isActive()) {
            close();
            return;
        }
        Reading.set(channel, true);
        reused = true;
        deadline.set(pool.config().idleTimeout().toNanos());
        pool.release(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (listener != null && channel.isWritable()) {
            listener.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.close();
        writer.drop();
        uncount();
        pool.closed(this);
        fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.RESET, "the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(new Failure(
                Failure.Source.UPSTREAM,
                Failure.Kind.RESET,
                "the connection failed: " + cause.getClass().getSimpleName()));
    }

    private void timedOut() {
        if (listener == null) {
            close();
            return;
        }
        fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.TIMEOUT, "nothing came in time"));
    }

    private void fail(Failure failure) {
        ResponseListener toTell = listener;
        boolean ended = responseEnded;
        listener = null;
        reusable = false;
        close();
        if (toTell != null && !ended) {
            toTell.failed(failure);
        }
    }
}
