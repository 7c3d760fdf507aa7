package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;

/**
 * The count of one meter for one identifier. Not safe for use by several threads; times are milliseconds of one clock.
 * {@link #advance} must be called before any other method at a new time.
 */
public sealed interface Count permits SlidingWindow, TokenBucket, FixedWindow {

    /** An empty count for the meter. */
    static Count of(Meter meter) {
        return switch (meter.algorithm()) {
            case SLIDING_WINDOW -> new SlidingWindow(meter.windowMillis());
            case TOKEN_BUCKET -> new TokenBucket();
            case FIXED_WINDOW -> new FixedWindow(meter.windowMillis());
        };
    }

    /** Drops what has expired. */
    void advance(Meter meter, long now);

    /** How many permits are counted; for a bucket, how many it lacks to be full. */
    long counted(Meter meter);

    /** How many permits can be granted for immediate use; negative where the quota has shrunk. */
    long room(Meter meter);

    /** How many permits can be granted as a lease, which may be used until the lease ends. */
    long leaseRoom(Meter meter);

    /**
     * Counts permits.
     *
     * @param lease whether they are a lease, so that they may be used later
     */
    void add(Meter meter, long permits, boolean lease);

    /** Takes back permits that were counted at a time and not used, but no more than are still counted of that time. */
    void giveBack(Meter meter, long permits, long grantedAt);

    /** Adds another count of the same meter that was begun later; both have been advanced to the same time. */
    void absorb(Count younger);

    /** How long until so many permits have room, at least 1; to be called only where they have no room now. */
    long millisUntilRoom(Meter meter, long permits, long now);

    /** How long until there is more room than now; 0 where nothing is counted. */
    long millisUntilMore(Meter meter, long now);

    /** The time without use after which nothing is counted any more. */
    long lifeMillis(long now);

    /** About how much memory this takes, in bytes. */
    int bytes();
}
