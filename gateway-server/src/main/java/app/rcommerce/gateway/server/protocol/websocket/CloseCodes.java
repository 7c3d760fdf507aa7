package app.rcommerce.gateway.server.protocol.websocket;

/** The close codes of WebSockets (RFC 6455 §7.4, and the registry of IANA), and the gateway's own. Constants. */
final class CloseCodes {

    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    /** A close frame without a code; never sent. */
    static final int NO_STATUS = 1005;
    /** A connection that has ended without a close frame; never sent. */
    static final int ABNORMAL = 1006;

    static final int POLICY_VIOLATION = 1008;
    static final int TOO_LARGE = 1009;
    static final int RESTART = 1012;
    /** The upstream has broken the protocol, or left without a word. */
    static final int BAD_GATEWAY = 1014;
    /** The caller's credential is not valid any more. */
    static final int UNAUTHORIZED = 4401;
    /** The caller has been blocked. */
    static final int FORBIDDEN = 4403;
    /** No data has passed for the configured time. */
    static final int IDLE = 4408;

    private CloseCodes() {}

    /** Whether a close frame may hold the code (RFC 6455 §7.4.2). */
    static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
