package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of an upstream's answer to one request: head, content, or why there is none. All calls come on the
 * connection's event loop, which is the client's; after {@link #failed} or the last content nothing more comes.
 */
public interface ResponseListener {

    /** An interim answer (1xx) has arrived. */
    void informational(ResponseHead head);

    /** The head of the answer has arrived. */
    void head(ResponseHead head);

    /** Some content has arrived, the last one with its trailers, which may be none; the listener releases it. */
    void content(ByteBuf content, @Nullable HttpHeaders trailers);

    /** Nothing more has arrived for now: time to flush what was passed on. */
    void readComplete();

    /** The connection takes more of the request again. */
    void writable();

    /** The request cannot be carried through; the connection is closed. */
    void failed(Failure failure);
}
