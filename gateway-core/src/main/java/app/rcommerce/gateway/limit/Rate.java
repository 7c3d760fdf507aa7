package app.rcommerce.gateway.limit;

import app.rcommerce.gateway.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rate, such as {@code 60/minute}: a number of requests in a window of time. Immutable.
 *
 * @param text the rate as it is configured: {@code 60/minute}
 * @param label the window's name in policy names: {@code minute}, {@code 10s}
 * @param quota requests, at least 1
 * @param window the window's length, a whole number of milliseconds
 */
public record Rate(String text, String label, long quota, Duration window) {

    /** The largest quota: sums of several stay exact in the doubles that Lua counts with. */
    public static final long MAX_QUOTA = 1_000_000_000_000L;

    /** The longest window. */
    public static final Duration MAX_WINDOW = Duration.ofDays(366);

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED =
            "\"<count>/<second|minute|hour|day>\" or \"<count>/<duration>\", such as \"60/minute\" or \"200/10s\"";

    public Rate {
        if (quota < 1 || quota > MAX_QUOTA) {
            throw new IllegalArgumentException("quota: " + quota + " (expected: 1 to " + MAX_QUOTA + ")");
        }
        if (window.compareTo(Duration.ofMillis(100)) < 0 || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "window: " + window + " (expected: 100 ms to " + MAX_WINDOW.toDays() + " days)");
        }
    }

    /** Reads a rate such as {@code 60/minute} or {@code 200/10s}; null where the text is none. */
    public static @Nullable Rate parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash > 13) {
            return null;
        }
        String count = text.substring(0, slash);
        String unit = text.substring(slash + 1);
        if (!count.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        long quota = Long.parseLong(count);
        Duration window = switch (unit) {
            case "second" -> Duration.ofSeconds(1);
            case "minute" -> Duration.ofMinutes(1);
            case "hour" -> Duration.ofHours(1);
            case "day" -> Duration.ofDays(1);
            default -> Durations.parse(unit);
        };
        if (window == null
                || quota < 1
                || quota > MAX_QUOTA
                || window.compareTo(Duration.ofMillis(100)) < 0
                || window.compareTo(MAX_WINDOW) > 0) {
            return null;
        }
        return new Rate(text, unit, quota, window);
    }
}
