package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.exchange.ClientLeg;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses;
import app.rcommerce.gateway.server.protocol.http2.field.AnswerFields;
import app.rcommerce.gateway.server.protocol.http2.field.RequestReader;
import app.rcommerce.gateway.server.protocol.http2.frame.Pace;
import app.rcommerce.gateway.server.protocol.http2.frame.SmallPieces;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, from its request to the end of its answer: content arrives and is sent under the
 * stream's and the connection's windows (RFC 9113 §5.2). Confined to the connection's event loop.
 */
final class Http2Leg implements ClientLeg {

    /** What may wait for the client's windows before no more is taken, in bytes. */
    private static final int HIGH = 64 * 1024;

    private final Http2Connection connection;
    private final Http2Stream stream;
    private final boolean toHead;
    /** The length that the request's content must have; -1 where it may have any. */
    private final long declared;

    private @Nullable Exchange exchange;
    private final SmallPieces small = new SmallPieces();
    private final Pace incoming = new Pace();
    private final Pace outgoing = new Pace();

    /** Bytes of content that have arrived; that were not given back to the windows; and whether all is here. */
    private long arrived;

    private int unreturned;
    private boolean requestEnded;
    private boolean reading = true;

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

    Http2Leg(Http2Connection connection, Http2Stream stream, boolean toHead, long declared, boolean requestEnded) {
        this.connection = connection;
        this.stream = stream;
        this.toHead = toHead;
        this.declared = declared;
        this.requestEnded = requestEnded;
    }

    /** Begins the exchange; its answer may be complete when this returns. */
    void start(Exchange begun) {
        exchange = begun;
        begun.start();
    }

    Http2Stream stream() {
        return stream;
    }

    // What arrives.

    private Exchange exchange() {
        return Objects.requireNonNull(exchange, "content before its head");
    }

    /**
     * Takes content that has arrived, of so many bytes of the windows; answers how many are given back at once.
     *
     * @throws Http2Exception where it is more or less than the head has declared
     */
    int content(ByteBuf data, int size, boolean last) throws Http2Exception {
        arrived += data.readableBytes();
        requestEnded = last;
        if (declared >= 0 && (arrived > declared || (last && arrived < declared))) {
            throw RequestReader.malformed(stream.id(), "a Content-Length that its content does not have");
        }
        if (exchange == null || exchange.isOver() || declared == 0) {
            return size;
        }
        if (last || !small.join(data)) {
            passOn();
            if (!exchange().isOver()) {
                exchange().contentArrived(data.retain(), last);
            }
            if (isTaken() || (last && !exchange().content().isKept())) {
                return size;
            }
        }
        unreturned += size;
        return 0;
    }

    /** Whether what has arrived lies here no more: the windows bound what does. */
    private boolean isTaken() {
        return exchange().isOver() || (reading && !exchange().content().isKept());
    }

    /** Called when no more has arrived for now. */
    void readComplete() {
        if (exchange != null) {
            if (reading || exchange.isOver()) {
                passOn();
            }
            exchange.requestReadComplete();
        }
    }

    /** Passes on the small pieces that were kept together. */
    private void passOn() {
        if (exchange().isOver()) {
            small.drop();
        }
        ByteBuf joined = small.take();
        if (joined != null) {
            exchange().contentArrived(joined, false);
        }
        if (isTaken()) {
            contentTaken();
        }
    }

    @Override
    public void contentTaken() {
        if (unreturned > 0 && !closed) {
            connection.giveBack(stream, unreturned);
        }
        unreturned = 0;
    }

    @Override
    public void setReading(boolean wanted) {
        reading = wanted;
        if (wanted) {
            if (isTaken()) {
                contentTaken();
            }
            if (!small.isEmpty()) {
                loop().execute(this::readComplete); // Earlier pieces may be on their way.
            }
        }
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
        connection.waiting(size);
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
        return pending == 0 || (pending < HIGH && !connection.isFull());
    }

    /** Whether somebody waits to write more, and may. */
    boolean isResumed() {
        return blocked && !closed && hasRoom();
    }

    /** Called when content was written: what waits for that goes on. */
    void drained() {
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
        connection.flushLater();
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
        if (!requestEnded) {
            stopping = true;
            stopIfSent();
        }
        connection.flushLater();
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
            connection.flushNow();
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
        boolean whole = requestEnded && responseEnded && pending == 0;
        connection.waiting(-pending);
        pending = 0;
        small.drop();
        if (exchange != null && !whole) {
            exchange.clientGone();
        }
    }

    /** Called when the client sends no more on the connection: a request that is not whole will not be. */
    void inputEnded() {
        if (!requestEnded && !closed) {
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    // Clocks.

    /**
     * Looks at how fast content arrives and is taken, since the last look so many nanoseconds ago; ends the exchange of
     * a client that is too slow.
     */
    void look(long nanos, int underWay, Pace.Bounds bounds) {
        if (!incoming.look(nanos, reading && isAwaited(), arrived + underWay, bounds)) {
            connection.tell(Http2Event.SLOW_CONTENT);
            exchange().clientFailed(Http2Clock.tooSlow("the request's content did not arrive in time"));
        } else if (!outgoing.look(nanos, pending > 0, written, bounds)) {
            connection.tell(Http2Event.SLOW_READER);
            abortCode = Http2Error.CANCEL;
            if (exchange != null) {
                exchange.clientFailed(Http2Clock.tooSlow("the answer was not taken in time"));
            }
            abort();
        }
    }

    /** Whether the client is to send; who has sent what a window holds, and is not given it back, waits for us. */
    private boolean isAwaited() {
        return !requestEnded
                && exchange != null
                && !exchange.isOver()
                && !connection.isWindowSpent()
                && !(unreturned > 0 && exchange.content().isKept());
    }

    /** Whether the client has taken nothing for so many nanoseconds. */
    boolean isSilent(long nanos, boolean holding) {
        return pending > 0
                && outgoing.silentNanos() > nanos
                && (!holding || (exchange != null && exchange.isHolding()));
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
