package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.message.Statuses.Fault;

/**
 * A request that is refused before it becomes one: malformed, too large, or of a kind the gateway does not speak. The
 * connection is closed after the answer, since where the next request would begin is not known. Carries no stack trace.
 */
public final class BadRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorStatus status;

    /** A request with this fault; the message is for people. */
    public BadRequest(Fault fault, String message) {
        super(message, null, false, false);
        this.status = fault.with(message);
    }

    /** A request that is not HTTP, or can be read in two ways: what is wrong in a few words. */
    public static BadRequest malformed(String what) {
        return new BadRequest(Fault.MALFORMED, "The request is malformed: " + what + ".");
    }

    /** What the client is told. */
    public ErrorStatus status() {
        return status;
    }
}
