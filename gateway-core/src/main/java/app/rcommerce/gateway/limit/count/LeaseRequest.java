package app.rcommerce.gateway.limit.count;

/**
 * A request for a lease: how many permits a node asks the store for. For example, {@code least} is 1 and {@code most}
 * is 20 where one request waits and 20 are expected within the next 50 ms.
 *
 * @param least the number below which nothing is granted, at least 1
 * @param most the number above which nothing is granted; more than the least is granted only where every meter has
 *     enough room
 * @param nodes the number of nodes that share the room: beyond the least, no more than one part of so many is granted,
 *     so that near the end of a quota one node does not hold what another needs
 * @param unused permits of an earlier grant over the same meters, which are taken back first
 */
public record LeaseRequest(long least, long most, int nodes, Unused unused) {

    /** A request for exactly so many permits, or none. */
    public static LeaseRequest exactly(long permits) {
        return new LeaseRequest(permits, permits, 1, Unused.NONE);
    }
}
