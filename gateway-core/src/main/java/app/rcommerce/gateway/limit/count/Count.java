package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;

/**
 * What is counted of one meter for one identifier. Not safe for use by several threads; times are milliseconds of one
 * clock. {@link #advance} comes before every question at a new time.
 */
public sealed interface Count permits SlidingWindow, TokenBucket, FixedWindow {

    /** An empty one for the meter. */
    static Count of(Meter meter) {
        return switch (meter.algorithm()) {
            case SLIDING_WINDOW -> new SlidingWindow(meter.windowMillis());
            case TOKEN_BUCKET -> new TokenBucket();
            case FIXED_WINDOW -> new FixedWindow(meter.windowMillis());
        };
    }

    /** Drops what has expired. */
    void advance(Meter meter, long now);

    /** How many permits are counted; of a bucket, how many it lacks. */
    long counted(Meter meter);

    /** How many permits can be granted that are used at once; negative where the quota has shrunk. */
    long room(Meter meter);

    /** How many can be granted that may be used as late as a lease lives. */
    long leaseRoom(Meter meter);

    /** Counts permits; {@code lease} tells that they may be used later. */
    void add(Meter meter, long permits, boolean lease);

    /** Takes back permits that were counted at a time and not used: no more than are still known of it. */
    void giveBack(Meter meter, long permits, long grantedAt);

    /** Adds what another count of the same meter has counted later on; both have been advanced to the same time. */
    void absorb(Count younger);

    /** How long until so many permits have room, at least 1; to be asked only where they have none. */
    long millisUntilRoom(Meter meter, long permits, long now);

    /** How long until there is more room than now; 0 where nothing is counted. */
    long millisUntilMore(Meter meter, long now);

    /** After how long without use nothing is counted any more. */
    long lifeMillis(long now);

    /** About how much memory this takes, in bytes. */
    int bytes();
}
