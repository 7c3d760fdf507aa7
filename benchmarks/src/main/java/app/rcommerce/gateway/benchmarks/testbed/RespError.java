package app.rcommerce.gateway.benchmarks.testbed;

/** Redis has answered with an error; its message begins with the error's kind. */
public final class RespError extends RuntimeException {

    private static final long serialVersionUID = 1;

    RespError(String message) {
        super(message);
    }
}
