package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.server.message.Failure;
import io.netty.channel.EventLoop;

/** A request that is answered with a reply on its way into the cache: see {@link Fill}. Told on its own event loop. */
interface FillReader {
    /** Where the reader is told. */
    EventLoop loop();

    /** The request's fields, to see whether the reply is meant for it too. */
    Headers requestHeaders();

    /** The reply is not for this reader: it must ask the upstream itself. */
    void released();

    /** There is something to read. */
    void readable();

    /** The reply will not come, or not whole. */
    void fillFailed(Failure failure);
}
