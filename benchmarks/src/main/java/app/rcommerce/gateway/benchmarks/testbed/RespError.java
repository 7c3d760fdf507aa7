package app.rcommerce.gateway.benchmarks.testbed;

/** An error that Redis has answered; the message begins with its code. */
public final class RespError extends RuntimeException {

    private static final long serialVersionUID = 1;

    RespError(String message) {
        super(message);
    }
}
