package app.rcommerce.gateway.server.exchange;

/**
 * An observer of requests and connections, for metrics and the access log. Called on event loops; must neither block
 * nor throw.
 */
public interface Traffic {

    /** One that listens to nothing. */
    Traffic NONE = new Traffic() {
        @Override
        public void finished(Finished finished) {
            // Nobody wants to know.
        }

        @Override
        public void connectionOpened() {
            // Nobody wants to know.
        }

        @Override
        public void connectionClosed() {
            // Nobody wants to know.
        }
    };

    /** An exchange is over, whatever became of it; told exactly once for each that began. */
    void finished(Finished finished);

    /** A client's connection was accepted. */
    void connectionOpened();

    /** A client's connection was closed. */
    void connectionClosed();
}
