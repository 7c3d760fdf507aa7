package app.rcommerce.gateway.topic;

import java.time.Duration;

/**
 * How much of a topic is kept for clients that come back. Immutable.
 *
 * @param messages the number of messages at most; 0 where none is kept, and messages have no position
 * @param age how old they become
 */
public record History(int messages, Duration age) {

    /** What is kept where a route says nothing else. */
    public static final History DEFAULT = new History(100, Duration.ofMinutes(5));

    /** No message is kept. */
    public static final History NONE = new History(0, Duration.ZERO);

    /** Whether messages are kept, and have positions. */
    public boolean isKept() {
        return messages > 0;
    }
}
