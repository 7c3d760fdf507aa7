package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.message.ContentSink;
import app.rcommerce.gateway.server.message.RequestHead;
import io.netty.channel.ChannelHandler;

/**
 * The stream of one request to an upstream and of its response, whatever version of HTTP the server speaks; the
 * response goes to the {@link ResponseListener}. Confined to one event loop.
 */
public interface UpstreamStream extends ContentSink {

    /** Sends the head of the request, without flushing. */
    void send(RequestHead request);

    /** Stops or resumes reading the answer: back-pressure from the client. The time-out stands still meanwhile. */
    void setReading(boolean wanted);

    /** Cancels the request: the response is not wanted any more, and nothing more is reported. */
    void cancel();

    /**
     * Hands the connection over to another protocol, once the upstream has switched: this handler is told of all that
     * comes behind the answer. The connection is the handler's to close, and is counted no more.
     */
    void switchTo(ChannelHandler next);

    /** Whether the connection had served another request before this one. */
    boolean isReused();

    /** Whether any byte of the answer has been understood. */
    boolean isResponseBegun();

    /** Whether anything of the request has been given to the socket, so that the server may have seen it. */
    boolean isRequestFlushed();
}
