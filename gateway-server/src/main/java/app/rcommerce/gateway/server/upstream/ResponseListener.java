package app.rcommerce.gateway.server.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Told what happens on an upstream connection while it serves one request. All calls come on the connection's event
 * loop, which is the client's; after {@link #failed} or the last content nothing more comes.
 */
public interface ResponseListener {

    /** An interim answer (1xx) has arrived. */
    void informational(HttpResponse response);

    /** The head of the answer has arrived. */
    void head(HttpResponse response);

    /** Some content has arrived, the last one as {@code LastHttpContent}; the listener releases it. */
    void content(HttpContent content);

    /** Nothing more has arrived for now: time to flush what was passed on. */
    void readComplete();

    /** The connection takes more of the request again. */
    void writable();

    /** The request cannot be carried through; the connection is closed. */
    void failed(Failure failure);
}
