package app.rcommerce.gateway.limit.count;

import java.util.List;

/**
 * What a store has last said of one meter, and when. Immutable.
 *
 * @param remaining permits that were left
 * @param atNanos when that arrived, by the node's monotonic clock
 * @param granted permits that this node has had of the store in the last window, or up to an eighth of it more
 */
public record Known(long remaining, long atNanos, long granted) {

    /** What all meters of an answer say to a node that has had nothing. */
    public static List<Known> of(Decision decision, long atNanos) {
        return decision.states().stream().map(state -> of(state, atNanos, 0)).toList();
    }

    /** What one meter of an answer says to a node that has had so many permits. */
    public static Known of(Decision.State state, long atNanos, long granted) {
        return new Known(state.over() ? 0 : state.remaining(), atNanos, granted);
    }
}
