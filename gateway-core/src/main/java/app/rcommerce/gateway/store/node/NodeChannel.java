package app.rcommerce.gateway.store.node;

import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletionStage;

/**
 * Short messages between the nodes that share a store. Every node that is connected hears every message, its own too,
 * in the order in which the store took them; nothing is kept for a node that is away, so a message may hasten what
 * would happen anyway, and nothing may depend on it alone. Safe for any thread.
 */
public interface NodeChannel {

    /** Hears the messages of a topic, on a thread of the channel's choice; neither blocks nor throws. */
    interface Listener {

        /** A message; from whoever may write to the store, so its text is to be checked. */
        void heard(String text);

        /** This node begins to hear, at first or again: messages sent before may have been missed. */
        default void missed() {
            // Most messages only hasten things.
        }
    }

    /**
     * Tells all nodes.
     *
     * @return completes once the store has taken the message; fails with {@link StoreUnavailable} where it does not
     * @throws IllegalArgumentException where the topic or the text is not what {@link NodeMessage} allows
     */
    CompletionStage<Void> publish(String topic, String text);

    /** Hears of a topic from now on, for as long as the channel lives. */
    void listen(String topic, Listener listener);
}
