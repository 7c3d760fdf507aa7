package app.rcommerce.gateway.limit.count;

import java.util.List;

/**
 * Permits of one grant that were not used and go back to the store.
 *
 * @param permits how many; 0 for none
 * @param atMillis the store's time of their grant
 * @param states the states of the meters at the grant, since a meter in shadow mode that was over has counted nothing;
 *     empty where all meters have counted
 * @param sequence of permits that a node holds, a mark of the question with which the store is told of their use, by
 *     which the lease that they were taken from knows them; 0 of others
 */
public record Unused(long permits, long atMillis, List<Decision.State> states, long sequence) {

    /** Permits that were counted when they were granted. */
    public Unused(long permits, long atMillis, List<Decision.State> states) {
        this(permits, atMillis, states, 0);
    }

    /** No permits. */
    public static final Unused NONE = new Unused(0, 0, List.of());

    /** Unused permits of this grant. */
    public static Unused of(long permits, Grant grant) {
        return permits == 0
                ? NONE
                : new Unused(permits, grant.atMillis(), grant.decision().states());
    }

    /** As many permits of the same. */
    public Unused of(long some) {
        return new Unused(some, atMillis, states, sequence);
    }

    /** The same with other states. */
    public Unused with(List<Decision.State> others) {
        return new Unused(permits, atMillis, others, sequence);
    }

    /** Whether the permits were counted by the meter at this index. */
    public boolean isCountedBy(int meter) {
        return states.isEmpty() || !states.get(meter).over();
    }
}
