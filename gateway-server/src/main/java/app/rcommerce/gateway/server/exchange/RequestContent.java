package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.server.message.ContentSink;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request on its way from the client to its {@link ContentSink}: it is kept, up to a bound, until
 * there is a sink, and then passed on as fast as the sink takes it. Trailers are dropped: an upstream that merged them
 * into the header fields would trust what the gateway has not checked. Confined to the event loop of the exchange.
 */
public final class RequestContent {

    private static final long WAITING_MOST = 64 * 1024;
    /** Pieces cost something each, however small they are. */
    private static final int WAITING_PIECES = 64;

    private final ClientLeg client;
    private final long declared;
    private final boolean expectsContinue;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>(2);
    private @Nullable ContentSink sink;
    private long most = Long.MAX_VALUE;
    private String boundedFor = "";
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

    /** Says for what the bound is, in a few words for the client. */
    public void boundedFor(String what) {
        this.boundedFor = " " + what;
    }

    /** Whether the content is, or declares to be, larger than the bound. */
    public boolean isTooLarge() {
        return declared > most || bytes > most;
    }

    /** The error status for content that is too large. */
    public ErrorStatus tooLarge() {
        return Fault.TOO_LARGE.with("The request's content" + boundedFor + " is larger than " + most + " bytes.");
    }

    /** The failure of a request that has taken longer than it may: whoever was waited for is at fault. */
    Failure tookTooLong() {
        return new Failure(
                ended ? Failure.Source.UPSTREAM : Failure.Source.CLIENT,
                Failure.Kind.TIMEOUT,
                "the request took longer than max_request_time");
    }

    /** Whether all of it has arrived. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Whether content is still to come and none has arrived yet, from a client that does not wait for {@code 100
     * Continue}.
     */
    public boolean isAwaited() {
        return !ended && bytes == 0 && !expectsContinue;
    }

    /** Whether what arrives is kept, since there is nobody yet to pass it to. */
    public boolean isKept() {
        return sink == null && !dropped;
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

    /** Gives the rest of the content up, since it cannot be understood; the connection can serve no further request. */
    void abandon() {
        abandoned = !ended;
    }

    /** Takes a piece that has arrived; {@code last} marks the last one. */
    void arrived(ByteBuf piece, boolean last) {
        bytes += piece.readableBytes();
        ended = last;
        if (dropped || isTooLarge()) {
            piece.release();
            return;
        }
        if (sink == null) {
            waiting.add(piece);
            if (!ended && (bytes > WAITING_MOST || waiting.size() >= WAITING_PIECES)) {
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

    /** Passes content to this sink from now on, beginning with what has been kept. The caller flushes. */
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
        if (ended) {
            client.contentTaken();
        } else {
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

    /** Called when the sink takes more again. */
    public void sinkWritable() {
        if (!ended && !dropped) {
            client.setReading(true);
        }
    }

    /** Removes the sink; content that still arrives is kept for the next one. */
    public void detach() {
        sink = null;
    }

    /** Takes back the whole content, which a sink has collected, for the next one. */
    public void restore(byte[] whole) {
        sink = null;
        sent = false;
        if (whole.length > 0 && !dropped) {
            waiting.add(Unpooled.wrappedBuffer(whole));
        }
    }

    /** Drops the content: what is kept is released, and so is what still arrives. */
    public void drop() {
        boolean kept = !dropped && !waiting.isEmpty();
        dropped = true;
        sink = null;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        if (kept) {
            client.contentTaken();
        }
    }
}
