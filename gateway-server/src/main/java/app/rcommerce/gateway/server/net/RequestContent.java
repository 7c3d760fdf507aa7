package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.server.upstream.UpstreamConnection;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A request's content on its way from the client to the upstream: kept, up to a bound, until there is an upstream, then
 * passed on as fast as that takes it. Confined to the event loop of the exchange.
 */
final class RequestContent {

    private static final long WAITING_MOST = 64 * 1024;

    private final ClientLeg client;
    private final long declared;
    private final boolean expectsContinue;
    private final Queue<HttpContent> waiting = new ArrayDeque<>(2);
    private @Nullable UpstreamConnection upstream;
    private long most = Long.MAX_VALUE;
    private long bytes;
    private boolean ended;
    private boolean dropped;
    private boolean sent;
    private boolean abandoned;
    private boolean unflushed;

    RequestContent(ClientLeg client, IncomingRequest incoming, boolean hasContent) {
        this.client = client;
        this.ended = !hasContent;
        this.declared = hasContent ? HttpUtil.getContentLength(incoming.netty(), -1L) : 0;
        this.expectsContinue = hasContent && incoming.expectsContinue();
    }

    /** Sets the largest size that is accepted, in bytes. */
    void bound(long mostBytes) {
        this.most = mostBytes;
    }

    /** Whether the content is, or declares to be, larger than that. */
    boolean isTooLarge() {
        return declared > most || bytes > most;
    }

    Denial tooLarge() {
        return new Denial(413, "PAYLOAD_TOO_LARGE", "The request's content is larger than " + most + " bytes.");
    }

    /** Whether all of it has arrived. */
    boolean isEnded() {
        return ended;
    }

    /** Whether some is to come and none has, from a client that does not wait for leave to send it. */
    boolean isAwaited() {
        return !ended && bytes == 0 && !expectsContinue;
    }

    /** Whether any of it has been sent upstream. */
    boolean isSent() {
        return sent;
    }

    /** Bytes that have arrived. */
    long bytes() {
        return bytes;
    }

    /** Whether what is still to come is little enough to be read and dropped, so that the connection can be kept. */
    boolean isWorthDiscarding(long mostBytes) {
        return !abandoned && !expectsContinue && declared >= 0 && declared - bytes <= mostBytes;
    }

    /** The connection can serve no further request: what follows is not to be understood. */
    void abandon() {
        abandoned = !ended;
    }

    /** A piece has arrived, the last one as {@code LastHttpContent}. */
    void arrived(HttpContent piece) {
        bytes += piece.content().readableBytes();
        ended = piece instanceof LastHttpContent;
        if (dropped || isTooLarge()) {
            piece.release();
            return;
        }
        if (upstream == null) {
            waiting.add(piece);
            if (!ended && bytes > WAITING_MOST) {
                client.setReading(false);
            }
            return;
        }
        pass(upstream, piece);
        if (!ended && !upstream.isWritable()) {
            client.setReading(false);
        }
    }

    private void pass(UpstreamConnection to, HttpContent piece) {
        sent |= piece.content().isReadable();
        unflushed = true;
        to.send(withoutTrailers(piece));
        if (!ended && to.isWritable()) {
            to.awaitingClient();
        }
    }

    /** Trailers end here: whoever joined them to the header fields would believe what a client cannot be believed. */
    private static HttpContent withoutTrailers(HttpContent piece) {
        return piece instanceof LastHttpContent last && !last.trailingHeaders().isEmpty()
                ? new DefaultLastHttpContent(last.content())
                : piece;
    }

    /** From now on content goes to this connection; what has waited goes at once. The caller flushes. */
    void sendTo(UpstreamConnection connection) {
        upstream = connection;
        if (ended && waiting.isEmpty()) {
            connection.send(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        HttpContent piece = waiting.poll();
        while (piece != null) {
            pass(connection, piece);
            piece = waiting.poll();
        }
        unflushed = false;
        if (!ended) {
            client.setReading(connection.isWritable());
            if (!sent && !expectsContinue) {
                connection.awaitingClient();
            }
        }
    }

    /** Flushes what was passed on. */
    void flush() {
        if (unflushed && upstream != null) {
            unflushed = false;
            upstream.flush();
        }
    }

    /** The upstream takes more again. */
    void upstreamWritable() {
        if (!ended && !dropped) {
            client.setReading(true);
        }
    }

    /** The upstream is gone; what still arrives waits for another. */
    void detach() {
        upstream = null;
    }

    /** Nobody wants the content any more: what waits is released, and so is what still arrives. */
    void drop() {
        dropped = true;
        upstream = null;
        waiting.forEach(HttpContent::release);
        waiting.clear();
    }
}
