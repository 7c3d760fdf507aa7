package app.rcommerce.gateway.server.exchange.websocket;

/** An observer of the open sockets of one route. Called on event loops; must neither block nor throw. */
public interface SocketMeter {

    /** An observer that ignores everything. */
    SocketMeter NONE = new SocketMeter() {
        @Override
        public void opened() {
            // Ignored.
        }

        @Override
        public void passed(boolean fromClient, int messages, long bytes) {
            // Ignored.
        }

        @Override
        public void closed(int code) {
            // Ignored.
        }
    };

    /** A socket was opened. */
    void opened();

    /** So many messages have begun, and so many bytes of frames have passed, in one direction. */
    void passed(boolean fromClient, int messages, long bytes);

    /** A socket has ended with this close code. */
    void closed(int code);
}
