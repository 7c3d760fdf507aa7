package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.exchange.websocket.SocketMeter;
import org.jspecify.annotations.Nullable;

/**
 * An observer of requests and connections, for metrics and the access log. Called on event loops; must neither block
 * nor throw.
 */
public interface Traffic {

    /** An observer that ignores everything. */
    Traffic NONE = new Traffic() {
        @Override
        public void finished(Finished finished) {
            // Ignored.
        }

        @Override
        public void connectionOpened() {
            // Ignored.
        }

        @Override
        public void connectionClosed() {
            // Ignored.
        }
    };

    /** Called exactly once for each exchange that has begun, after its end, whatever its outcome. */
    void finished(Finished finished);

    /** The observer of this route's sockets; null where this one does not look at them. */
    default @Nullable SocketMeter sockets(String route) {
        return null;
    }

    /** A client's connection was accepted. */
    void connectionOpened();

    /** A client's connection was closed. */
    void connectionClosed();

    /** Something happened on an HTTP/2 connection beside its requests. */
    default void http2(Http2Event event) {
        // Only whoever counts them wants to know.
    }
}
