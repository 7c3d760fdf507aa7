package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.policy.Denial;

/**
 * A request that is refused before it becomes one: malformed, too large, or of a kind the gateway does not speak. The
 * connection is closed after the answer, since where the next request would begin is not known. Carries no stack trace.
 */
final class BadRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    BadRequest(int status, String code, String message) {
        super(message, null, false, false);
        this.denial = new Denial(status, code, message);
    }

    static BadRequest malformed(String what) {
        return new BadRequest(400, "BAD_REQUEST", "The request is malformed: " + what + ".");
    }

    Denial denial() {
        return denial;
    }
}
