package app.rcommerce.gateway.limit.count;

/**
 * The pace of one sender: a token bucket that is full at first, as one number, the theoretical arrival time of the
 * generic cell rate algorithm (ITU-T I.371). Over any time it admits what the bucket holds, and what flows in. Not safe
 * for use by several threads.
 */
public final class Pace {

    private final long windowNanos;
    private final long nanosPerPermit;
    private long arrivalNanos;

    /**
     * A pace of so many permits in a window; the bucket holds as many.
     *
     * @param nowNanos of a monotonic clock
     */
    public Pace(long permits, long windowNanos, long nowNanos) {
        this.windowNanos = windowNanos;
        this.nanosPerPermit = Math.max(1, windowNanos / permits);
        this.arrivalNanos = nowNanos;
    }

    /** Takes a permit; returns whether there was one. */
    public boolean take(long nowNanos) {
        long from = arrivalNanos - nowNanos > 0 ? arrivalNanos : nowNanos;
        if (from + nanosPerPermit - nowNanos > windowNanos) {
            return false;
        }
        arrivalNanos = from + nanosPerPermit;
        return true;
    }
}
