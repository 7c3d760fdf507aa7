package app.rcommerce.gateway.limit.count;

import org.jspecify.annotations.Nullable;

/**
 * A request for a lease: how many permits a node asks the store for. Without a hold all permits that are granted count
 * as used at once. With one the store first counts what has been used of the hold, then the least as used, and fills
 * the hold up to the most. For example, {@code least} is 1 and {@code most} is 20 where one request waits and 20 more
 * are expected soon.
 *
 * @param least the number below which nothing is granted, at least 1; 0 only with a hold, where no request waits
 * @param most the number above which nothing is granted, or of a hold the number to be held afterwards; more than the
 *     least, or anything held, is granted only where every meter has enough room
 * @param nodes the number of nodes that share the room: beyond the least, no more than one part of so many is granted,
 *     so that near the end of a quota one node does not hold what another needs
 * @param unused permits of an earlier grant over the same meters, which are taken back first
 * @param hold what the node holds; null where it is to hold nothing
 */
public record LeaseRequest(
        long least,
        long most,
        int nodes,
        Unused unused,
        @Nullable Hold hold) {

    /** New permits. */
    public LeaseRequest(long least, long most, int nodes, Unused unused) {
        this(least, most, nodes, unused, null);
    }

    /** A request for exactly so many permits, or none. */
    public static LeaseRequest exactly(long permits) {
        return new LeaseRequest(permits, permits, 1, Unused.NONE);
    }
}
