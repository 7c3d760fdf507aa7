package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.message.Statuses.Fault;

/**
 * The exception for a request that is refused while it is read: it is malformed, too large, or of a kind that the
 * gateway does not support. The connection is closed after the response, since the beginning of a next request is
 * unknown. Carries no stack trace.
 */
public final class BadRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorStatus status;

    /** A refusal for this fault; the message is for people. */
    public BadRequest(Fault fault, String message) {
        super(message, null, false, false);
        this.status = fault.with(message);
    }

    /** A refusal of a request that is not HTTP or is ambiguous; {@code what} says in a few words what is wrong. */
    public static BadRequest malformed(String what) {
        return new BadRequest(Fault.MALFORMED, "The request is malformed: " + what + ".");
    }

    /** The error status that the client receives. */
    public ErrorStatus status() {
        return status;
    }
}
