package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Counts of identifiers, shared by every node that uses the same store. Any thread may call; stages complete on a
 * thread of the store's choice, exceptionally with {@link StoreUnavailable} where the store cannot answer in time.
 */
public interface LimitStore {

    /**
     * Takes {@code permits} on every meter, all or nothing: nothing is counted unless every enforced meter has room. A
     * meter in shadow mode never refuses; it counts while it has room, as it would if it were enforced.
     *
     * @param identifier who is counted
     * @param meters at least one; fields differ, but for fixed windows, which count once for all that name the field
     * @param permits at least 1
     */
    CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits);

    /**
     * As {@link #take}, where it can be answered from memory: null where the store must be asked.
     *
     * @param permits at least 1
     */
    default @Nullable Decision takeNear(Identifier identifier, List<Meter> meters, int permits) {
        return null;
    }

    /**
     * What this node was last told of each meter, in their order; null for one of which it knows nothing, and empty
     * where it knows nothing at all. Never asks.
     */
    default List<@Nullable Known> known(Identifier identifier, List<Meter> meters) {
        return List.of();
    }

    /**
     * Gives back what {@link #take} has granted to a request that somebody else has refused: as if it had not been
     * taken, or, where that cannot be told any more, not at all.
     *
     * @param decision what was answered then
     */
    default CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Counts permits that have been used already, whatever the quotas say: those who come later pay for it. A token
     * bucket owes no more than all of it.
     *
     * @param permits at least 1
     * @return what every meter has left with that
     */
    CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits);

    /** What {@link #take} would see, without counting; {@code granted} tells whether one permit would be granted. */
    CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters);

    /** Forgets all counts of the identifier. */
    CompletionStage<Void> reset(Identifier identifier);
}
