package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.message.ContentSink;
import app.rcommerce.gateway.server.message.RequestHead;

/**
 * One request on its way to an upstream and its answer, whatever version of HTTP the server speaks: what comes back is
 * told to the {@link ResponseListener}. Confined to one event loop.
 */
public interface UpstreamStream extends ContentSink {

    /** Sends the head of the request, without flushing. */
    void send(RequestHead request);

    /** Stops or resumes reading the answer: back-pressure from the client. The time-out stands still meanwhile. */
    void setReading(boolean wanted);

    /** Gives the request up: nobody wants the answer any more, and nothing more is told. */
    void cancel();

    /** Whether the connection had served another request before this one. */
    boolean isReused();

    /** Whether any byte of the answer has been understood. */
    boolean isResponseBegun();

    /** Whether anything of the request has been given to the socket, so that the server may have seen it. */
    boolean isRequestFlushed();
}
