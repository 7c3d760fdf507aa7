package app.rcommerce.gateway.server.message;

import io.netty.util.AsciiString;

/** A version of HTTP in which a message was received. */
public enum ProtocolVersion {
    /** HTTP/1.0. */
    HTTP_1_0("1.0", "http/1.0"),
    /** HTTP/1.1. */
    HTTP_1_1("1.1", "http/1.1"),
    /** HTTP/2 (RFC 9113). */
    HTTP_2("2.0", "h2");

    @SuppressWarnings("ImmutableEnumChecker") // an AsciiString whose array nobody else has
    private final AsciiString via;

    private final String text;

    ProtocolVersion(String number, String text) {
        this.text = text;
        this.via = AsciiString.cached(number + " rcommerce-gateway");
    }

    /** What logs and metrics call it, as TLS does (RFC 7301 §6): such as {@code http/1.1} or {@code h2}. */
    public String text() {
        return text;
    }

    /** Our entry in {@code Via} for a message received in this version (RFC 9110 §7.6.3). */
    public AsciiString via() {
        return via;
    }
}
