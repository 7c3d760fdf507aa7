package app.rcommerce.gateway.server.protocol.websocket;

/**
 * The reason for which frames are relayed no further.
 *
 * @param code the close code (RFC 6455 §7.4.1)
 * @param text a few words for the close frame and the access log
 */
public record Fault(int code, String text) {

    /** Frames that are none (RFC 6455 §5.2). */
    public static Fault protocol(String text) {
        return new Fault(CloseCodes.PROTOCOL_ERROR, text);
    }
}
