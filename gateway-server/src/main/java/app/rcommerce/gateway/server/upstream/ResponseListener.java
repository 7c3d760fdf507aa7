package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of an upstream's response to one request, or of the failure in its place. All calls come on the
 * connection's event loop, which is the client's; {@link #failed} or the last content is the last call.
 */
public interface ResponseListener {

    /** Called when an interim response (1xx) has arrived. */
    void informational(ResponseHead head);

    /**
     * Called when the upstream has switched protocols, as the request has asked it to; it is the last call. Only who
     * asks for that is told.
     */
    default void switching(ResponseHead head) {
        throw new IllegalStateException("a switch of protocols that nobody has asked for");
    }

    /** Called when the head of the response has arrived. */
    void head(ResponseHead head);

    /**
     * Called when some content has arrived, the last piece with its trailers, which may be empty; the listener releases
     * it.
     */
    void content(ByteBuf content, @Nullable HttpHeaders trailers);

    /** Called when nothing more has arrived for now, so that what was passed on should be flushed. */
    void readComplete();

    /** Called when the connection takes more of the request again. */
    void writable();

    /** Called when the request has failed; the connection is closed. */
    void failed(Failure failure);
}
