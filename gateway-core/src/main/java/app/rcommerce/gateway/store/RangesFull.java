package app.rcommerce.gateway.store;

/** Thrown where the block list has as many ranges as it may have. Has no stack trace. */
public final class RangesFull extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** An exception whose message says how many ranges there may be, and what to do. */
    public RangesFull() {
        super(
                "block list: " + BlockStore.MOST_RANGES + " ranges already (expected: at most " + BlockStore.MOST_RANGES
                        + "; addresses and IPv6 networks of 64 bits do not count, larger ranges take the place of many)",
                null,
                false,
                false);
    }
}
