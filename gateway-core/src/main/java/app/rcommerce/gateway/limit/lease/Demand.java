package app.rcommerce.gateway.limit.lease;

import java.util.concurrent.TimeUnit;

/**
 * The demand of an identifier at this node since the store was last asked, and the size of the next lease that follows
 * from it. Not safe for use by several threads; times are nanoseconds of a monotonic clock.
 */
final class Demand {

    /** The most permits that are wanted for longer than the next 50 ms: the store may lose what it has just granted. */
    private static final int FEW = 32;

    private static final long HOT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private long permits;
    private long sinceNanos;
    private long lastSize = 1;

    Demand(long now) {
        // A first request is no demand yet.
        this.sinceNanos = now - TimeUnit.SECONDS.toNanos(1);
    }

    void add(long wanted) {
        permits += wanted;
    }

    /** The time at which the store was last asked. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** How many permits are needed within the time, as the demand has been. */
    double foreseen(long withinNanos, long now) {
        return (double) permits * withinNanos / Math.max(1, now - sinceNanos);
    }

    /** How many permits to hold ahead: those that the time needs, up to a few, or those that the next 50 ms need. */
    double ahead(long withinNanos, long now) {
        double few = Math.min(FEW, foreseen(withinNanos, now));
        return Math.rint(Math.max(few, foreseen(Math.min(withinNanos, HOT_NANOS), now)));
    }

    /** The size of the next lease, which is no more than twice the last one, from what is foreseen. */
    long size(double foreseen) {
        long size = (long) Math.min(2.0 * lastSize, foreseen);
        lastSize = Math.max(1, size);
        return size;
    }

    /** Begins anew: the store is asked now. */
    void asked(long now) {
        permits = 0;
        sinceNanos = now;
    }
}
