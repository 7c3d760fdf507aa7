package app.rcommerce.gateway.store;

/** The shared store could not answer: refused, too late, or known to be away. Carries no stack trace. */
public final class StoreUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the reason in a few words, free of secrets. */
    public StoreUnavailable(String reason) {
        super(reason, null, false, false);
    }
}
