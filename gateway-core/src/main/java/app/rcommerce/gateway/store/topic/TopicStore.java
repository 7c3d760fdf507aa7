package app.rcommerce.gateway.store.topic;

import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The messages of topics. What is published on a topic's channel, by whomever, is told to everybody who listens on any
 * node, in one order, once for each position; a message is kept once, however many nodes hear it. Where messages may
 * have been lost unheard the topic begins a new epoch, so that no position of an older one is taken for a complete one.
 * Stages fail with {@link StoreUnavailable} and nothing else. Safe for any thread.
 */
public interface TopicStore {

    /** A topic that is being listened to. */
    interface Listening {
        /** Listens no more; the listener may still hear what is under way. Only the first call has an effect. */
        void end();
    }

    /**
     * Publishes a message, and keeps it where the feed has a history, whether anybody listens or not.
     *
     * @return the position of the message, or null where no history is kept
     */
    CompletionStage<@Nullable Position> publish(TopicFeed feed, String data);

    /** Begins to listen to a topic; the listener hears when that has begun. */
    Listening listen(TopicFeed feed, TopicListener listener);

    /**
     * The messages behind a position, oldest first, as far as they are kept.
     *
     * @param since what was seen last; null for all that is kept
     */
    CompletionStage<Replay> replay(TopicFeed feed, @Nullable Position since);

    /** The newest message that is kept; a replay of one message or none, whose {@code recovered} means nothing. */
    CompletionStage<Replay> newest(TopicFeed feed);
}
