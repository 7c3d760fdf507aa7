package app.rcommerce.gateway.limit.slot;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletionStage;

/**
 * How many places each node holds for the requests in flight of an identifier, as one node writes it. What a node has
 * written is forgotten after {@link #lifeMillis}, so that the places of a dead one come back. Any thread may call;
 * stages fail with {@link StoreUnavailable} alone.
 */
public interface SlotLedger {

    /**
     * What a node would like to hold from now on, in place of what it has held.
     *
     * @param wanted no more than these are granted
     * @param used at least as many are granted: requests in flight are there, whatever the bound says
     * @param most how many all nodes may hold together
     * @param number greater than that of every earlier claim of this node
     */
    record Claim(int wanted, int used, int most, long number) {}

    /**
     * Writes what this node holds; answers how many that are: as many as wanted, or what the others have left. A claim
     * that a later one has overtaken on the way counts for nothing.
     */
    CompletionStage<Integer> hold(Identifier identifier, String bucket, Claim claim);

    /** How many are held by all nodes. */
    CompletionStage<Integer> held(Identifier identifier, String bucket);

    /** After how long without being written again a node's places are forgotten, in milliseconds. */
    long lifeMillis();
}
