package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.message.Failure.Kind;

/**
 * The table of the statuses, stable codes and messages that clients receive for failures outside of the policies.
 * Stateless.
 */
public final class Statuses {

    /**
     * A status with a code for programs and a message for people.
     *
     * @param status the status code
     * @param code stable, in upper case
     * @param message one sentence
     */
    public record ErrorStatus(int status, String code, String message) {}

    /** The reasons for which a request is refused while it is read. */
    public enum Fault {
        /** The request is not HTTP or is ambiguous (RFC 9110 §15.5.1). */
        MALFORMED(400, "BAD_REQUEST"),
        /** The content is larger than the configuration allows (§15.5.14). */
        TOO_LARGE(413, "PAYLOAD_TOO_LARGE"),
        /** The target is too long (§15.5.15). */
        TARGET_TOO_LONG(414, "URI_TOO_LONG"),
        /** The expectation is not {@code 100-continue} (§15.5.18). */
        EXPECTATION(417, "EXPECTATION_FAILED"),
        /** The host is one that the connection's certificate is not for (RFC 9110 §15.5.20). */
        MISDIRECTED(421, "MISDIRECTED_REQUEST"),
        /** The header section is too large (RFC 6585 §5). */
        FIELDS_TOO_LARGE(431, "HEADERS_TOO_LARGE"),
        /** The method is CONNECT (RFC 9110 §15.6.2). */
        METHOD(501, "METHOD_NOT_IMPLEMENTED"),
        /** There is no memory left for further requests (§15.6.4). */
        OVERLOAD(503, "OVERLOADED"),
        /** The transfer coding is not {@code chunked} (RFC 9112 §6.1). */
        CODING(501, "CODING_NOT_IMPLEMENTED"),
        /** The version of HTTP is not supported (RFC 9110 §15.6.6). */
        VERSION(505, "VERSION_NOT_SUPPORTED");

        private final int status;
        private final String code;

        Fault(int status, String code) {
            this.status = status;
            this.code = code;
        }

        /** The status with this message. */
        public ErrorStatus with(String message) {
            return new ErrorStatus(status, code, message);
        }
    }

    /** The status that is recorded where the client has left before a response began; it is never sent. */
    public static final int CLIENT_CLOSED = 499;

    private static final ErrorStatus INTERNAL =
            new ErrorStatus(500, "INTERNAL_ERROR", "The gateway failed to handle the request.");
    private static final ErrorStatus CLIENT_LATE =
            new ErrorStatus(408, "REQUEST_TIMEOUT", "The request did not arrive in time.");
    private static final ErrorStatus UNREACHABLE =
            new ErrorStatus(502, "UPSTREAM_UNREACHABLE", "The service cannot be reached at the moment.");
    private static final ErrorStatus BROKEN =
            new ErrorStatus(502, "UPSTREAM_ERROR", "The service did not answer properly.");
    private static final ErrorStatus BUSY =
            new ErrorStatus(503, "OVERLOADED", "The service is busy at the moment. Please retry.");
    private static final ErrorStatus LATE =
            new ErrorStatus(504, "UPSTREAM_TIMEOUT", "The service did not answer in time.");

    private static final byte[] NOTHING = {};

    private Statuses() {}

    /**
     * Whether answers of this status are sent without content: what ends with its head (RFC 9112 §6.3), and 205, whose
     * content must be empty (RFC 9110 §15.3.6).
     */
    public static boolean isContentless(int status) {
        return status < 200 || status == 204 || status == 205 || status == 304;
    }

    /** The content that such an answer is sent with. */
    public static byte[] content(Reply reply) {
        return isContentless(reply.status()) ? NOTHING : reply.body();
    }

    /** The error status for a failure, for a client that can still receive one. */
    public static ErrorStatus of(Failure failure) {
        Kind kind = failure.kind();
        return switch (failure.source()) {
            case CLIENT -> CLIENT_LATE;
            case UPSTREAM ->
                switch (kind) {
                    case CONNECT -> UNREACHABLE;
                    case TIMEOUT -> LATE;
                    case RESET, PROTOCOL, DEFECT -> BROKEN;
                    case OVERLOAD -> BUSY;
                };
            case GATEWAY ->
                switch (kind) {
                    case CONNECT -> UNREACHABLE;
                    case TIMEOUT, RESET, PROTOCOL, DEFECT -> INTERNAL;
                    case OVERLOAD -> BUSY;
                };
        };
    }
}
