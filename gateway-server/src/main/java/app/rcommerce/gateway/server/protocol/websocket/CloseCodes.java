package app.rcommerce.gateway.server.protocol.websocket;

import app.rcommerce.gateway.server.exchange.websocket.Ending;

/** The close codes of WebSockets (RFC 6455 §7.4, and the registry of IANA), and the gateway's own. Stateless. */
public final class CloseCodes {

    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    /** A close frame without a code; never sent. */
    public static final int NO_STATUS = 1005;
    /** A connection that has ended without a close frame; never sent. */
    public static final int ABNORMAL = 1006;

    /** A frame of a kind that is not understood. */
    public static final int UNSUPPORTED = 1003;
    /** A text that is no UTF-8. */
    public static final int BAD_TEXT = 1007;

    public static final int POLICY_VIOLATION = 1008;
    public static final int TOO_LARGE = 1009;
    public static final int RESTART = 1012;
    /** The client is too slow, or comes back in a moment for another reason. */
    public static final int TRY_AGAIN = 1013;
    /** The upstream has broken the protocol, or left without a word. */
    public static final int BAD_GATEWAY = 1014;
    /** The caller's credential is not valid any more. */
    public static final int UNAUTHORIZED = 4401;
    /** The caller has been blocked. */
    public static final int FORBIDDEN = 4403;
    /** No data has passed for the configured time. */
    public static final int IDLE = 4408;

    private CloseCodes() {}

    /** The code with which a socket is closed whose caller may not stay. */
    public static int of(Ending why) {
        return switch (why) {
            case EXPIRED, REVOKED -> UNAUTHORIZED;
            case BLOCKED -> FORBIDDEN;
            case OPERATOR -> POLICY_VIOLATION;
        };
    }

    /** Whether a close frame may hold the code (RFC 6455 §7.4.2). */
    public static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
