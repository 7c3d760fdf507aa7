package app.rcommerce.gateway.server.exchange.websocket;

import org.jspecify.annotations.Nullable;

/** An observer of the open sockets of one route. Called on event loops; must neither block nor throw. */
public interface SocketMeter {

    /** An observer that ignores everything. */
    SocketMeter NONE = new SocketMeter() {
        @Override
        public void handshake(Outcome outcome) {
            // Ignored.
        }

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

    /** The observer, or one that ignores everything where there is none. */
    static SocketMeter orNone(@Nullable SocketMeter meter) {
        return meter == null ? NONE : meter;
    }

    /** What has become of a handshake. */
    enum Outcome {
        /** A socket was opened. */
        OPENED,
        /** The gateway has refused it. */
        REFUSED,
        /** The upstream has given another answer than 101. */
        ANSWERED,
        /** The upstream has given no answer, or one that does not belong to the handshake. */
        FAILED
    }

    /** A handshake has come to this outcome. */
    void handshake(Outcome outcome);

    /** A socket was opened. */
    void opened();

    /** So many messages have begun, and so many bytes of frames have passed, in one direction. */
    void passed(boolean fromClient, int messages, long bytes);

    /** A socket has ended with this close code. */
    void closed(int code);
}
