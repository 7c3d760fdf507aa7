package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.server.message.ContentSink;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A request's content on its way from the client to whoever takes it: kept, up to a bound, until there is somebody,
 * then passed on as fast as that takes it. Trailers end here: whoever joined them to the header fields would believe
 * what a client cannot be believed. Confined to the event loop of the exchange.
 */
public final class RequestContent {

    private static final long WAITING_MOST = 64 * 1024;

    private final ClientLeg client;
    private final long declared;
    private final boolean expectsContinue;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>(2);
    private @Nullable ContentSink sink;
    private long most = Long.MAX_VALUE;
    private long bytes;
    private boolean ended;
    private boolean dropped;
    private boolean sent;
    private boolean abandoned;
    private boolean unflushed;

    RequestContent(ClientLeg client, IncomingRequest incoming) {
        this.client = client;
        this.declared = incoming.head().length();
        this.ended = declared == 0;
        this.expectsContinue = !ended && incoming.expectsContinue();
    }

    /** Sets the largest size that is accepted, in bytes. */
    public void bound(long mostBytes) {
        this.most = mostBytes;
    }

    /** Whether the content is, or declares to be, larger than that. */
    public boolean isTooLarge() {
        return declared > most || bytes > most;
    }

    /** What is answered then. */
    public ErrorStatus tooLarge() {
        return Fault.TOO_LARGE.with("The request's content is larger than " + most + " bytes.");
    }

    /** Whether all of it has arrived. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether some is to come and none has, from a client that does not wait for leave to send it. */
    public boolean isAwaited() {
        return !ended && bytes == 0 && !expectsContinue;
    }

    /** Whether any of it has been passed on. */
    public boolean isSent() {
        return sent;
    }

    /** Bytes that have arrived. */
    public long bytes() {
        return bytes;
    }

    /** Whether what is still to come is little enough to be read and dropped, so that the connection can be kept. */
    public boolean isWorthDiscarding(long mostBytes) {
        return !abandoned && !expectsContinue && declared >= 0 && declared - bytes <= mostBytes;
    }

    /** The connection can serve no further request: what follows is not to be understood. */
    void abandon() {
        abandoned = !ended;
    }

    /** A piece has arrived; whether it is the last one. */
    void arrived(ByteBuf piece, boolean last) {
        bytes += piece.readableBytes();
        ended = last;
        if (dropped || isTooLarge()) {
            piece.release();
            return;
        }
        if (sink == null) {
            waiting.add(piece);
            if (!ended && bytes > WAITING_MOST) {
                client.setReading(false);
            }
            return;
        }
        pass(sink, piece, last);
        if (!ended && !sink.isWritable()) {
            client.setReading(false);
        }
    }

    private void pass(ContentSink to, ByteBuf piece, boolean last) {
        sent |= piece.isReadable();
        unflushed = true;
        to.send(piece, last);
        if (!ended && to.isWritable()) {
            to.awaitingClient();
        }
    }

    /** From now on content goes there; what has waited goes at once. The caller flushes. */
    public void sendTo(ContentSink to) {
        sink = to;
        if (ended && waiting.isEmpty()) {
            to.send(Unpooled.EMPTY_BUFFER, true);
            return;
        }
        ByteBuf piece = waiting.poll();
        while (piece != null) {
            pass(to, piece, ended && waiting.isEmpty());
            piece = waiting.poll();
        }
        unflushed = false;
        if (!ended) {
            client.setReading(to.isWritable());
            if (!sent && !expectsContinue) {
                to.awaitingClient();
            }
        }
    }

    /** Flushes what was passed on. */
    void flush() {
        if (unflushed && sink != null) {
            unflushed = false;
            sink.flush();
        }
    }

    /** Whoever takes the content takes more again. */
    public void sinkWritable() {
        if (!ended && !dropped) {
            client.setReading(true);
        }
    }

    /** Whoever took the content is gone; what still arrives waits for another. */
    public void detach() {
        sink = null;
    }

    /** Nobody wants the content any more: what waits is released, and so is what still arrives. */
    public void drop() {
        dropped = true;
        sink = null;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }
}
