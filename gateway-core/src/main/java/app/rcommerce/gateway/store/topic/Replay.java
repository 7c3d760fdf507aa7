package app.rcommerce.gateway.store.topic;

import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were kept. Immutable.
 *
 * @param recovered whether they are all that have come since the position that was asked for
 * @param messages oldest first
 * @param end the position of the newest message of the topic; null where no history is kept
 */
public record Replay(
        boolean recovered,
        List<TopicMessage> messages,
        @Nullable Position end) {

    /** The answer for a topic without a history. */
    public static final Replay NOTHING = new Replay(false, List.of(), null);

    public Replay {
        messages = List.copyOf(messages);
    }
}
