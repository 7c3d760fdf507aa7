package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.server.transport.TlsSession;

/**
 * An observer of what becomes of clients that have connected, for metrics: PROXY headers and TLS handshakes. Called on
 * event loops; must neither block nor throw.
 */
public interface ArrivalObserver {

    /** The ways in which a handshake ends without a session. */
    enum Failure {
        /** The client did not go on in time. */
        TIMEOUT,
        /** The client closed the connection. */
        CLOSED,
        /** What the client sent is not TLS, or the two found no common ground. */
        FAILED
    }

    /** A handshake was completed; {@code resumed} tells whether it went on with an earlier session. */
    void completed(TlsSession session, boolean resumed);

    /** A connection was closed because its peer, a proxy, sent no header of the PROXY protocol that could be read. */
    void headerRefused(boolean tooLate);

    /** A handshake ended without a session. */
    void failed(Failure why);
}
