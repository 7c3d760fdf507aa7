package app.rcommerce.gateway.store.topic;

import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener to a topic, called by one thread at a time, in the order of the topic, on a thread of the store's choice;
 * must neither block nor throw.
 */
public interface TopicListener {

    /**
     * Everything behind a position is told from now on. Called first of all, and again after each {@link #lost} and
     * whenever a new epoch has begun.
     *
     * @param end the position of the newest message that is not told; null where the topic keeps no history
     * @param unbroken whether nothing was missed since the message that was told last, so that whoever has heard all
     *     until then has heard all; false at the first time
     */
    void began(@Nullable Position end, boolean unbroken);

    /** These messages have come, each once. */
    void heard(List<TopicMessage> messages);

    /** Messages may be missed from now on, until {@link #began}. */
    void lost();
}
