package app.rcommerce.gateway.time;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The text form of durations in the configuration and in commands, such as {@code 250ms}, {@code 30s}, {@code 5m},
 * {@code 1h} and {@code 7d}: reads it and writes it. Stateless; safe for any thread.
 */
public final class Durations {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "a whole number with ms, s, m, h or d, such as \"30s\"";

    private Durations() {}

    /** Reads a duration; null where the text is not a duration, or is one of more than 100 years. */
    public static @Nullable Duration parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 13) {
            return null;
        }
        long count = Long.parseLong(text.substring(0, digits));
        long unit = switch (text.substring(digits)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
        long most = Duration.ofDays(36_525).toMillis();
        return unit == 0 || count > most / unit ? null : Duration.ofMillis(count * unit);
    }

    /** The shortest exact text of a duration of whole milliseconds: {@code 5m}, {@code 90s}, {@code 250ms}. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        String[] units = {"d", "h", "m", "s"};
        long[] lengths = {86_400_000, 3_600_000, 60_000, 1_000};
        for (int i = 0; i < units.length; i++) {
            if (millis > 0 && millis % lengths[i] == 0) {
                return millis / lengths[i] + units[i];
            }
        }
        return millis + "ms";
    }
}
