package app.rcommerce.gateway.store.node;

import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletionStage;

/**
 * A channel for short messages between the nodes that share a store. Every connected node hears every message,
 * including its own, in the order in which the store took them. Messages are not kept for a node that is away, so a
 * message may only hasten what would happen anyway, and nothing may depend on it alone. Safe for any thread.
 */
public interface NodeChannel {

    /**
     * A listener for the messages of a topic. It is called on a thread of the channel's choice, and must neither block
     * nor throw.
     */
    interface MessageListener {

        /** A message has arrived. Anyone who may write to the store can have sent it, so its text must be checked. */
        void heard(String text);

        /**
         * This node begins to hear messages, for the first time or again. Messages that were sent before may have been
         * missed.
         */
        default void missed() {
            // Most messages only hasten things.
        }
    }

    /**
     * Sends a message to all nodes.
     *
     * @return completes once the store has taken the message; fails with {@link StoreUnavailable} where it does not
     * @throws IllegalArgumentException where the topic or the text is not what {@link NodeMessage} allows
     */
    CompletionStage<Void> publish(String topic, String text);

    /** Adds a listener for a topic, for as long as the channel lives. */
    void listen(String topic, MessageListener listener);
}
