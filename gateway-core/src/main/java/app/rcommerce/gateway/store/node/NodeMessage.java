package app.rcommerce.gateway.store.node;

import org.jspecify.annotations.Nullable;

/**
 * A message of the {@link NodeChannel}. Immutable.
 *
 * @param topic what it is about: lower-case letters and hyphens, {@link #LONGEST_TOPIC} characters at most
 * @param text printable ASCII, {@link #LONGEST_TEXT} characters at most, perhaps none
 */
public record NodeMessage(String topic, String text) {

    /** The longest topic, in characters. */
    public static final int LONGEST_TOPIC = 32;

    /** The longest text, in characters. */
    public static final int LONGEST_TEXT = 8192;

    public NodeMessage {
        if (!isTopic(topic)) {
            throw new IllegalArgumentException(
                    "topic: " + topic.length() + " characters (expected: 1 to " + LONGEST_TOPIC + " of a to z and -)");
        }
        if (!isText(text)) {
            throw new IllegalArgumentException("text: " + text.length() + " characters (expected: at most "
                    + LONGEST_TEXT + " of printable ASCII)");
        }
    }

    /** Reads what {@link #toString} writes; null for anything else, since anybody may write to the channel. */
    public static @Nullable NodeMessage parse(String line) {
        int space = line.indexOf(' ');
        if (space < 0) {
            return null;
        }
        String topic = line.substring(0, space);
        String text = line.substring(space + 1);
        return isTopic(topic) && isText(text) ? new NodeMessage(topic, text) : null;
    }

    private static boolean isTopic(String topic) {
        return !topic.isEmpty()
                && topic.length() <= LONGEST_TOPIC
                && topic.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '-');
    }

    private static boolean isText(String text) {
        return text.length() <= LONGEST_TEXT && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** The message as one line: {@code limit-reset user:42}. */
    @Override
    public String toString() {
        return topic + " " + text;
    }
}
