package app.rcommerce.gateway.limit;

import java.util.List;

/**
 * What a store has last said of one meter, and when. Immutable.
 *
 * @param remaining permits that were left
 * @param atNanos when that arrived, by the node's monotonic clock
 */
public record Known(long remaining, long atNanos) {

    /** What all meters of an answer say. */
    public static List<Known> of(Taken taken, long atNanos) {
        return taken.states().stream()
                .map(state -> new Known(state.over() ? 0 : state.remaining(), atNanos))
                .toList();
    }
}
