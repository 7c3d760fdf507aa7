package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.server.message.Failure;

/**
 * A reader of a {@link Fill}: a request that is answered with a reply on its way into the cache. Called on its own
 * event loop.
 */
interface FillReader {
    /** Does this on the event loop on which the reader is called; what it throws ends the reader's response. */
    void later(Runnable task);

    /** The request's fields, to see whether the reply is meant for it too. */
    Headers requestHeaders();

    /** Called when the reply is not for this reader, which must ask the upstream itself. */
    void released();

    /** Called when there is something to read. */
    void readable();

    /** Called when the reply will not arrive, or not completely. */
    void fillFailed(Failure failure);
}
