package app.rcommerce.gateway.topic;

import org.jspecify.annotations.Nullable;

/**
 * A message of a topic. Immutable.
 *
 * @param position its place; null where the topic keeps no history
 * @param data what was published, {@link #LONGEST} bytes of UTF-8 at most
 */
public record TopicMessage(@Nullable Position position, String data) {

    /** The longest data of a message, in bytes of UTF-8. */
    public static final int LONGEST = 1 << 18;
}
