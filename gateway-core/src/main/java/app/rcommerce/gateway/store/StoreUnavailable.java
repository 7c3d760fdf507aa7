package app.rcommerce.gateway.store;

import java.util.concurrent.CompletionException;

/** The shared store could not answer: refused, too late, or known to be away. Carries no stack trace. */
public final class StoreUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean late;

    /** With the reason in a few words, free of secrets. */
    public StoreUnavailable(String reason) {
        this(reason, false);
    }

    private StoreUnavailable(String reason, boolean late) {
        super(reason, null, false, false);
        this.late = late;
    }

    /** The store was asked and has not answered in time: it may do so yet. */
    public static StoreUnavailable late(String reason) {
        return new StoreUnavailable(reason, true);
    }

    /** Whether the store was asked and may answer yet. */
    public boolean isLate() {
        return late;
    }

    /** What a near copy that knows nothing fails with: that the store is away, or the defect that it failed with. */
    public static RuntimeException orDefect(Throwable failure, String reason) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof StoreUnavailable ? new StoreUnavailable(reason) : new CompletionException(cause);
    }
}
