package app.rcommerce.gateway.topic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place among the messages of a topic, which means the same on every node: that of the message with this number.
 * Immutable.
 *
 * @param epoch the name of a time in which the topic was heard without a gap: 1 to 16 of {@code a-z} and {@code 0-9}
 * @param offset the number of the message in its topic, counted upwards from 1; 0 stands before the first one
 */
public record Position(String epoch, long offset) {

    private static final Pattern TEXT = Pattern.compile("([a-z0-9]{1,16})\\.(0|[1-9][0-9]{0,15})");
    private static final Pattern EPOCH = Pattern.compile("[a-z0-9]{1,16}");

    public Position {
        if (!EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("epoch: \"" + epoch + "\" (expected: 1 to 16 of a-z and 0-9)");
        }
        if (offset < 0) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: 0 or more)");
        }
    }

    /** Reads what {@link #toString} writes; null for anything else, since clients send it. */
    public static @Nullable Position parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches() ? new Position(matcher.group(1), Long.parseLong(matcher.group(2))) : null;
    }

    /** Whether both are of the same epoch, and this one is behind the other. */
    public boolean isAfter(Position other) {
        return epoch.equals(other.epoch) && offset > other.offset;
    }

    /** The position as clients are shown it: {@code k3f9a1.1042}. */
    @Override
    public String toString() {
        return epoch + "." + offset;
    }
}
