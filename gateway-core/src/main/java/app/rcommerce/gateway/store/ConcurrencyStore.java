package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight of identifiers, counted over every node that uses the same store. Any thread may call; stages
 * complete on a thread of the store's choice, exceptionally with {@link StoreUnavailable} where the store cannot answer
 * in time.
 */
public interface ConcurrencyStore {

    /**
     * Counts one more request in flight.
     *
     * @param identifier whose request it is
     * @param bucket the name of the count among those of the identifier
     * @param most how many may be in flight, at least 1
     * @return the request's slot, to be left when it ends; null where all are taken
     */
    CompletionStage<@Nullable Slot> enter(Identifier identifier, String bucket, int most);

    /** How many slots of the identifier are taken at the moment, by all nodes. */
    CompletionStage<Integer> inFlight(Identifier identifier, String bucket);
}
