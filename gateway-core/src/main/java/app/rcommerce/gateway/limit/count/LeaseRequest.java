package app.rcommerce.gateway.limit.count;

/**
 * How many permits are wanted of a store.
 *
 * @param least without which nothing is granted, at least 1
 * @param most no more than these; more than the least only as far as every meter has plenty
 * @param nodes among how many the room is to be shared, so that little is stranded near the edge: no more than one part
 *     of so many is granted beyond the least
 * @param unused what goes back first, of an earlier grant over the same meters
 */
public record LeaseRequest(long least, long most, int nodes, Unused unused) {

    /** Exactly so many, or none. */
    public static LeaseRequest exactly(long permits) {
        return new LeaseRequest(permits, permits, 1, Unused.NONE);
    }
}
