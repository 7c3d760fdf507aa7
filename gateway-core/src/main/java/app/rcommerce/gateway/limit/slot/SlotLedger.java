package app.rcommerce.gateway.limit.slot;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletionStage;

/**
 * The shared ledger of how many slots each node holds for the requests in flight of an identifier, as one node writes
 * to it. What a node has written is forgotten after {@link #lifeMillis}, so that the slots of a dead node become free.
 * Any thread may call; stages fail with {@link StoreUnavailable} alone.
 */
public interface SlotLedger {

    /**
     * A claim of a node: how many slots it asks to hold from now on, in place of those it has held.
     *
     * @param wanted how many slots are granted at most
     * @param used how many slots are granted at least, since these requests are in flight already, whatever the bound
     * @param most how many slots all nodes may hold together
     * @param number greater than that of every earlier claim of this node
     */
    record SlotClaim(int wanted, int used, int most, long number) {}

    /**
     * Writes how many slots this node holds, and completes with that number: as many as wanted, or as many as the other
     * nodes have left. A claim that arrives after a later one has no effect.
     */
    CompletionStage<Integer> hold(Identifier identifier, String bucket, SlotClaim claim);

    /** How many slots all nodes hold. */
    CompletionStage<Integer> held(Identifier identifier, String bucket);

    /** The time after which the slots of a node are forgotten unless it writes again, in milliseconds. */
    long lifeMillis();
}
