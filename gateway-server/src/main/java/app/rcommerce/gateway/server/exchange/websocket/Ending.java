package app.rcommerce.gateway.server.exchange.websocket;

/** The reasons for which the configuration, or what is known of the caller, ends an open socket. */
public enum Ending {
    /** The token has expired. */
    EXPIRED("the token has expired"),
    /** The token or the API key is not accepted any more. */
    REVOKED("the credential has been revoked"),
    /** The address or an identity is blocked. */
    BLOCKED("access is denied"),
    /** An operator has asked for it. */
    OPERATOR("closed by the operator");

    private final String text;

    Ending(String text) {
        this.text = text;
    }

    /** The reason in a few words, for the close frame. */
    public String text() {
        return text;
    }
}
