package app.rcommerce.gateway.config;

import java.time.Duration;

/** Durations as the configuration writes them. */
public final class Spans {

    private Spans() {}

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
