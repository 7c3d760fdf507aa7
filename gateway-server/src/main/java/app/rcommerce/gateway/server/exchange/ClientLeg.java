package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.exchange.websocket.OpenSocket;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one exchange, whatever version of HTTP it speaks. Keeping a connection alive, numbering streams
 * and closing are hidden behind it. All calls are made on the event loop.
 */
public interface ClientLeg {

    /** The event loop of the exchange. */
    EventLoop loop();

    /** Does this on the event loop, soon, and {@linkplain #guarded guarded}. */
    default void later(Runnable task) {
        loop().execute(() -> guarded(task));
    }

    /**
     * Does this. What it throws, an error for want of memory too, aborts the response: nobody else would go on with it.
     */
    default void guarded(Runnable task) {
        Outbox.guarded(task, this::abort);
    }

    /** The client at the other end. */
    Peer peer();

    /** Whether the client takes more without our queueing it. */
    boolean isWritable();

    /** About how many bytes were sent and not yet taken by the client; 0 while {@link #isWritable}. */
    long bytesUntaken();

    /** Stops or resumes reading the request's content. */
    void setReading(boolean wanted);

    /** Called when content that was kept has been passed on, or dropped, all at once. */
    default void contentTaken() {
        // Where each connection has one request at a time nothing was counted.
    }

    /** Sends a whole answer. */
    void reply(Reply reply);

    /** Sends the head of a whole answer, whose content follows as {@link #write}. */
    void replyHead(Reply reply);

    /** Sends an interim answer. */
    void informational(ResponseHead head);

    /** Sends the head of an answer, whose content follows as {@link #write}. */
    void begin(ResponseHead head);

    /** Sends some content, the last one with its trailers, and releases it. */
    void write(ByteBuf content, @Nullable HttpHeaders trailers);

    /**
     * Sends the head of an answer with 101, after which the connection belongs to the socket and no more to HTTP: what
     * the client has sent behind its request goes to the other side from now on. The exchange is not told of an end.
     *
     * @param upstream makes the upstream's connection one of this handler, in place of its own
     */
    default void switchProtocols(ResponseHead head, OpenSocket socket, Consumer<ChannelHandler> upstream) {
        throw new UnsupportedOperationException("this version of HTTP has no Upgrade (RFC 9113 §8.6)");
    }

    /** The same for a socket that ends here: what the client has sent behind its request goes to what takes over. */
    default void switchProtocols(ResponseHead head, OpenSocket socket, Successor.Factory after) {
        throw new UnsupportedOperationException("this version of HTTP has no Upgrade (RFC 9113 §8.6)");
    }

    /**
     * Sends the head of an answer without an end of its own, whose content follows as {@link #write}: where the version
     * of HTTP allows, the end of the connection is its end, so that content needs no framing.
     */
    default void beginStream(ResponseHead head) {
        begin(head);
    }

    /** How many bytes were sent and not yet taken by the client. */
    default long bytesPending() {
        return bytesUntaken();
    }

    /** Flushes what was sent. */
    void flush();

    /** Flushes what was sent at once, where that is of use; as a rule the end of the loop's turn is soon enough. */
    default void flushNow() {
        flush();
    }

    /** Whether a final answer has begun. */
    boolean isResponseBegun();

    /** Aborts the response in a way that the client cannot take it for a complete one. */
    void abort();

    /** Called by the exchange once it has ended and its response is complete. */
    void ended(Exchange exchange);
}
