package app.rcommerce.gateway.store;

/** The block list holds as many ranges as it may. Carries no stack trace. */
public final class RangesFull extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says how many there may be, and what to do. */
    public RangesFull() {
        super(
                "block list: " + BlockStore.MOST_RANGES + " ranges already (expected: at most " + BlockStore.MOST_RANGES
                        + "; addresses and IPv6 networks of 64 bits do not count, larger ranges take the place of many)",
                null,
                false,
                false);
    }
}
