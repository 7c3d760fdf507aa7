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
 * The counts of limits by identifier, shared by every node that uses the same store. Any thread may call; stages
 * complete on a thread of the store's choice, exceptionally with {@link StoreUnavailable} where the store cannot answer
 * in time.
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

    /** Whether other nodes take from the same counts. */
    default boolean isShared() {
        return true;
    }

    /**
     * Takes permits as {@link #take} does where that can be decided from memory; null where the store must be asked.
     *
     * @param permits at least 1
     */
    default @Nullable Decision takeNear(Identifier identifier, List<Meter> meters, int permits) {
        return null;
    }

    /**
     * The last answers about the meters that this node has, in their order; null for a meter without one, and an empty
     * list where there is none at all. Never asks the store.
     */
    default List<@Nullable Known> known(Identifier identifier, List<Meter> meters) {
        return List.of();
    }

    /**
     * Gives back permits that {@link #take} has granted to a request which another policy has refused. Where it is no
     * longer known how they were counted, they stay counted.
     *
     * @param decision the decision that has granted them
     */
    default CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Counts permits that have been used already, even beyond the quotas, so that later requests have fewer. A token
     * bucket is at most emptied.
     *
     * @param permits at least 1
     * @return what every meter has left with that
     */
    CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits);

    /** The decision that {@link #take} would make about one permit, without counting it. */
    CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters);

    /** Forgets all counts of the identifier. */
    CompletionStage<Void> reset(Identifier identifier);
}
