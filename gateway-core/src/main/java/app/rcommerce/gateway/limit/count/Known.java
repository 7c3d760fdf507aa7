package app.rcommerce.gateway.limit.count;

import java.util.List;

/**
 * The last answer of a store about one meter, and when it arrived. Immutable.
 *
 * @param remaining permits that were left
 * @param atNanos when that arrived, by the node's monotonic clock
 * @param granted permits that the store has granted to this node in the last window, perhaps including those of the
 *     eighth of a window before, and those that it holds
 * @param held permits that the node holds and has not used
 */
public record Known(long remaining, long atNanos, long granted, long held) {

    /** What is known to a node that holds nothing. */
    public Known(long remaining, long atNanos, long granted) {
        this(remaining, atNanos, granted, 0);
    }

    /** What an answer says of each meter to a node that the store has granted nothing. */
    public static List<Known> of(Decision decision, long atNanos) {
        return decision.states().stream().map(state -> of(state, atNanos, 0, 0)).toList();
    }

    /** What an answer says of one meter to a node that the store has granted {@code granted} permits. */
    public static Known of(Decision.State state, long atNanos, long granted, long held) {
        return new Known(state.over() ? 0 : state.remaining(), atNanos, granted, held);
    }
}
