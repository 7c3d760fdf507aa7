package app.rcommerce.gateway.server.message;

import io.netty.util.AsciiString;

/** A version of HTTP in which a message was received. */
public enum ProtocolVersion {
    /** HTTP/1.0. */
    HTTP_1_0("1.0"),
    /** HTTP/1.1. */
    HTTP_1_1("1.1"),
    /** HTTP/2. */
    HTTP_2("2.0");

    @SuppressWarnings("ImmutableEnumChecker") // an AsciiString whose array nobody else has
    private final AsciiString via;

    ProtocolVersion(String number) {
        this.via = AsciiString.cached(number + " rcommerce-gateway");
    }

    /** Our entry in {@code Via} for a message received in this version (RFC 9110 §7.6.3). */
    public AsciiString via() {
        return via;
    }
}
