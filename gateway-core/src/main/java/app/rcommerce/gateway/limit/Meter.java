package app.rcommerce.gateway.limit;

/**
 * One window of one limit as a store counts it for an identifier. Immutable; made once for each limit, rate and
 * multiplier, not for each request.
 *
 * @param policy the policy's name on the wire: {@code anonymous-minute}
 * @param field the name of this meter among those of an identifier: limit and window length, so that a changed window
 *     starts a counter of its own
 * @param algorithm how it counts
 * @param quota requests in a window, at least 1; of a token bucket, what flows in within a window
 * @param windowMillis the window's length
 * @param burst of a token bucket, what it holds when full, at least 1; else the quota
 * @param enforced whether a refusal counts; a meter in shadow mode only reports
 */
public record Meter(
        String policy, String field, Algorithm algorithm, long quota, long windowMillis, long burst, boolean enforced) {

    private static final long MOST_LEASE_MILLIS = 100;
    private static final long LEAST_LEASE_MILLIS = 5;
    private static final long SHORT_WINDOW_MILLIS = 10_000;

    /**
     * How many units of time of a token bucket a millisecond has. They are fine enough for rates, and few enough for
     * exact sums in the doubles that Lua counts with.
     */
    public static final long BUCKET_UNITS = 8_192;

    /** How a meter counts. */
    public enum Algorithm {
        /** No more than the quota in any span of one window's length. */
        SLIDING_WINDOW,
        /** No more than the quota in each window of a calendar: twice as much around its edge. */
        FIXED_WINDOW,
        /** No more than the burst at once, refilled at the rate: the generic cell rate algorithm (ITU-T I.371). */
        TOKEN_BUCKET
    }

    public Meter {
        if (algorithm == Algorithm.TOKEN_BUCKET && (double) burst * windowMillis / quota > Rate.MAX_WINDOW.toMillis()) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: what flows in within "
                    + Rate.MAX_WINDOW.toDays() + " days at most)");
        }
    }

    /** A sliding window. */
    public Meter(String policy, String field, long quota, long windowMillis, boolean enforced) {
        this(policy, field, Algorithm.SLIDING_WINDOW, quota, windowMillis, quota, enforced);
    }

    /** The meter of a limit's rate, the quota multiplied and rounded down, but at least 1. */
    public static Meter of(Limit limit, Rate rate, double multiplier, boolean enforced) {
        Algorithm algorithm = limit.quota().algorithm();
        long window = rate.window().toMillis();
        long quota = Quota.multiplied(rate.quota(), multiplier);
        return new Meter(
                limit.name() + "-" + rate.label(),
                field(limit, window),
                algorithm,
                quota,
                window,
                algorithm == Algorithm.TOKEN_BUCKET
                        ? filling(limit.quota().burst(rate, multiplier), quota, window)
                        : quota,
                enforced);
    }

    /** The meter of a limit's rate as the limit's mode has it. */
    public static Meter of(Limit limit, Rate rate, double multiplier) {
        return of(limit, rate, multiplier, limit.isEnforced());
    }

    /**
     * The field of the meter. Meters of different algorithms never share a field. That of a calendar's window is the
     * platform's own, whatever the limit.
     */
    private static String field(Limit limit, long window) {
        return switch (limit.quota().algorithm()) {
            case SLIDING_WINDOW -> limit.bucket() + ":" + window;
            case TOKEN_BUCKET -> limit.bucket() + ":" + window + ":bucket";
            case FIXED_WINDOW -> "fixed:" + window + ":window";
        };
    }

    /**
     * The burst of a bucket, lowered where the bucket would take longer than the longest window to fill, as it may once
     * a quota is divided among nodes and rounded down.
     */
    private static long filling(long burst, long quota, long window) {
        return (double) burst * window / quota <= Rate.MAX_WINDOW.toMillis()
                ? burst
                : Math.max(1, (long) ((double) Rate.MAX_WINDOW.toMillis() / window * quota));
    }

    /** The length of the parts into which the window is divided, in milliseconds. */
    public long partMillis() {
        return partMillis(windowMillis);
    }

    /**
     * The length of a part of a window in milliseconds: a hundredth of the window, rounded up; of short windows half
     * that, so that a lease's life still fits.
     */
    public static long partMillis(long windowMillis) {
        return Math.ceilDiv(windowMillis, windowMillis <= SHORT_WINDOW_MILLIS ? 200L : 100L);
    }

    /**
     * The time in which a token bucket gains one permit, in its units; rounded up, so that it never gains more than the
     * quota.
     */
    public long unitsPerPermit() {
        return Math.ceilDiv(windowMillis * BUCKET_UNITS, quota);
    }

    /** The time after which nothing counts that counts now: the window, or what a token bucket takes to fill. */
    public long spanMillis() {
        return algorithm == Algorithm.TOKEN_BUCKET ? fillMillis() : windowMillis;
    }

    /** How long an empty token bucket takes to fill, in milliseconds. */
    public long fillMillis() {
        return burst * unitsPerPermit() / BUCKET_UNITS;
    }

    /**
     * How long permits may be used after they were granted, in milliseconds: a fiftieth of the window, or of the time a
     * bucket takes to fill, but no more than 100 ms, and 0 where that would be next to nothing. The count in the store
     * allows for this time.
     */
    public long leaseMillis() {
        return leaseMillis(spanMillis());
    }

    /** How long permits of a window of this length may be used, in milliseconds. */
    public static long leaseMillis(long windowMillis) {
        long life = Math.min(MOST_LEASE_MILLIS, windowMillis / 50);
        return life < LEAST_LEASE_MILLIS ? 0 : life;
    }
}
