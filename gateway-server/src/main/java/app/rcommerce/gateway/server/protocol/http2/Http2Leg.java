package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.exchange.ClientLeg;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses;
import app.rcommerce.gateway.server.protocol.http2.field.AnswerFields;
import app.rcommerce.gateway.server.protocol.http2.flow.Inflow;
import app.rcommerce.gateway.server.protocol.http2.flow.Outflow;
import app.rcommerce.gateway.server.protocol.http2.frame.Pace;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, from its request to the end of its answer: content arrives and is sent under the
 * stream's and the connection's windows (RFC 9113 §5.2). Confined to the connection's event loop.
 */
final class Http2Leg implements ClientLeg, Outflow.Source {

    /** What may wait for the client's windows before no more is taken, in bytes. */
    private static final int HIGH = 64 * 1024;

    private final Http2Connection connection;
    private final Http2Stream stream;
    private final boolean toHead;
    private final Inflow in;
    private final int heapBytes;

    private @Nullable Exchange exchange;
    private final Pace outgoing = new Pace();

    private boolean responseBegun;
    private boolean responseEnded;
    /** The bytes of the answer that are still to come; -1 where only its end will tell. */
    private long announced = -1;
    /** Bytes that wait for the client's windows, and that were written in all. */
    private int pending;

    private long written;
    private boolean blocked;
    /** Whether the rest of the request is given up once the answer has been written. */
    private boolean stopping;

    private Http2Error abortCode = Http2Error.INTERNAL_ERROR;
    private boolean closed;

    /** A stream whose request has this head; null for one that is refused without being looked at further. */
    Http2Leg(
            Http2Connection connection,
            Http2Stream stream,
            boolean toHead,
            @Nullable RequestHead head,
            boolean requestEnded) {
        this.connection = connection;
        this.stream = stream;
        this.toHead = toHead;
        this.in = connection.inflow(stream, head == null ? -1 : head.length(), requestEnded);
        this.heapBytes = head == null ? RequestHead.UNDER_WAY_BYTES : head.heapBytes();
    }

    /** Begins the exchange; its answer may be complete when this returns. */
    void start(Exchange begun) {
        exchange = begun;
        in.begin(begun);
        begun.start();
    }

    int heapBytes() {
        return heapBytes;
    }

    Http2Stream stream() {
        return stream;
    }

    /** What arrives of the request's content. */
    Inflow in() {
        return in;
    }

    @Override
    public void contentTaken() {
        in.taken();
    }

    @Override
    public void setReading(boolean wanted) {
        in.setReading(wanted);
    }

    // What is sent.

    @Override
    public void reply(Reply reply) {
        replyHead(reply);
        send(Unpooled.wrappedBuffer(reply.body()), true);
    }

    @Override
    public void replyHead(Reply reply) {
        int length = reply.body().length;
        boolean empty = isContentless(reply.status()) || length == 0;
        announced = length;
        head(connection.fields(HttpResponseStatus.valueOf(reply.status())).with(reply), empty);
    }

    @Override
    public void informational(ResponseHead head) {
        head.fields().remove(HttpHeaderNames.CONTENT_LENGTH);
        connection.sendHead(stream, connection.fields(head.status()).with(head.fields()), false);
    }

    @Override
    public void begin(ResponseHead head) {
        AnswerFields.settleLength(head);
        boolean empty = isContentless(head.code()) || head.contentLength() == 0;
        head(connection.fields(head.status()).with(head.fields()), empty);
    }

    private boolean isContentless(int status) {
        return toHead || Statuses.isContentless(status);
    }

    private void head(AnswerFields fields, boolean last) {
        responseBegun = true;
        responseEnded = last;
        if (!closed) {
            connection.sendHead(stream, fields, last);
        }
    }

    @Override
    public void write(ByteBuf content, @Nullable HttpHeaders trailers) {
        if (responseEnded || closed) {
            content.release();
            return;
        }
        if (announced >= 0) {
            announced -= content.readableBytes();
        }
        if (trailers == null) {
            send(content, announced == 0);
        } else if (trailers.isEmpty()) {
            send(content, true);
        } else {
            send(content, false);
            if (!closed) {
                responseEnded = true;
                connection.sendTrailers(stream, trailers);
            }
        }
    }

    private void send(ByteBuf content, boolean last) {
        int size = content.readableBytes();
        if ((size == 0 && !last) || closed || responseEnded) {
            content.release();
            return;
        }
        responseEnded = last;
        pending += size;
        connection.outflow().waiting(size);
        connection.sendContent(stream, content, last);
    }

    /** Called when so many bytes were given to the connection's socket. */
    void sent(int bytes) {
        pending -= bytes;
        written += bytes;
    }

    @Override
    public boolean isWritable() {
        blocked = !hasRoom();
        return !blocked;
    }

    private boolean hasRoom() {
        return pending == 0 || (pending < HIGH && !connection.outflow().isFull());
    }

    /** Whether somebody waits to write more, and may. */
    boolean isResumed() {
        return blocked && !closed && hasRoom();
    }

    @Override
    public void drained() {
        stopIfSent();
        if (isResumed() && exchange != null) {
            blocked = false;
            exchange.clientWritable();
        }
    }

    @Override
    public long bytesUntaken() {
        return pending;
    }

    @Override
    public void flush() {
        connection.outflow().flushLater();
    }

    @Override
    public boolean isResponseBegun() {
        return responseBegun;
    }

    // How it ends.

    @Override
    public void ended(Exchange ended) {
        end();
    }

    /** Ends the answer, and gives up what is left of the request (RFC 9113 §8.1). */
    private void end() {
        if (closed) {
            return;
        }
        send(Unpooled.EMPTY_BUFFER, true);
        if (!in.isEnded()) {
            stopping = true;
            stopIfSent();
        }
        connection.outflow().flushLater();
    }

    /** Answers a request that is refused before it becomes an exchange. */
    void refuse(Reply reply) {
        reply(reply);
        end();
    }

    /** Gives up what is left of the request, if it is to be and the answer has been written. */
    void stopIfSent() {
        if (stopping && !closed && pending == 0 && connection.isWritten(stream)) {
            connection.reset(stream, Http2Error.NO_ERROR);
        }
    }

    @Override
    public void abort() {
        if (!closed) {
            connection.outflow().flushNow();
        }
        if (!closed) {
            connection.reset(stream, abortCode);
        }
    }

    /** Called when the stream is closed, whoever has closed it. */
    void closed() {
        if (closed) {
            return;
        }
        closed = true;
        // A head that is the whole answer closes the stream while the exchange is about to end by itself.
        boolean whole = in.isEnded() && responseEnded && pending == 0;
        connection.outflow().waiting(-pending);
        pending = 0;
        in.close();
        if (exchange != null && !whole) {
            exchange.clientGone();
        }
    }

    /** Called when the client sends no more on the connection: a request that is not whole will not be. */
    void inputEnded() {
        if (!in.isEnded() && !closed) {
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    // Clocks.

    /**
     * Looks at how fast content arrives and is taken, since the last look so many nanoseconds ago; ends the exchange of
     * a client that is too slow.
     */
    void look(long nanos, int underWay, Pace.Bounds bounds) {
        if (!in.look(nanos, underWay, bounds)) {
            connection.tell(Http2Event.SLOW_CONTENT);
            Objects.requireNonNull(exchange)
                    .clientFailed(Http2Clock.tooSlow("the request's content did not arrive in time"));
        } else if (!outgoing.look(nanos, pending > 0, written, bounds)) {
            connection.tell(Http2Event.SLOW_READER);
            abortCode = Http2Error.CANCEL;
            if (exchange != null) {
                exchange.clientFailed(Http2Clock.tooSlow("the answer was not taken in time"));
            }
            abort();
        }
    }

    /** Whether the client has taken nothing for so many nanoseconds. */
    boolean isSilent(long nanos, Silence what) {
        return switch (what) {
            case TAKES_NOTHING -> pending > 0 && outgoing.silentNanos() > nanos;
            case HOLDS_ANSWER -> isSilent(nanos, Silence.TAKES_NOTHING) && exchange != null && exchange.isHolding();
            case HALF_SENT, SENDS_NOTHING -> in.silentNanos() > nanos;
        };
    }

    @Override
    public EventLoop loop() {
        return connection.loop();
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }
}
