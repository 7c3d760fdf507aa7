package app.rcommerce.gateway.store;

import java.util.concurrent.CompletionException;

/**
 * Thrown where the shared store could not answer: the connection was refused, the answer was too late, or the store is
 * known to be away. Has no stack trace.
 */
public final class StoreUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean late;

    /** An exception with the reason in a few words, without secrets. */
    public StoreUnavailable(String reason) {
        this(reason, false);
    }

    private StoreUnavailable(String reason, boolean late) {
        super(reason, null, false, false);
        this.late = late;
    }

    /** An exception for a store that was asked and has not answered in time, but may do so yet. */
    public static StoreUnavailable late(String reason) {
        return new StoreUnavailable(reason, true);
    }

    /** Whether the store was asked and may answer yet. */
    public boolean isLate() {
        return late;
    }

    /**
     * The exception of a near copy that knows nothing: that the store is unavailable, or the defect with which the
     * store has failed.
     */
    public static RuntimeException orDefect(Throwable failure, String reason) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof StoreUnavailable ? new StoreUnavailable(reason) : new CompletionException(cause);
    }
}
