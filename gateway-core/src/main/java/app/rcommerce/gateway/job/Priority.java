package app.rcommerce.gateway.job;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The priority of a job. A job of a lower one is worked on as if it had come in later by a fixed time, its handicap:
 * whatever waits is overtaken by those that come within that time and by no others, so that none waits for ever.
 */
public enum Priority {
    /** Before all others. */
    HIGH("High", Duration.ZERO),
    /** What a job has that says nothing. */
    NORMAL("Normal", Duration.ofSeconds(30)),
    /** After all others. */
    LOW("Low", Duration.ofMinutes(5));

    private final String platformName;
    private final Duration handicap;

    Priority(String platformName, Duration handicap) {
        this.platformName = platformName;
        this.handicap = handicap;
    }

    /** The name in lower case, as keys and the configuration have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name as the JSON of the platform's jobs has it. */
    public String platformName() {
        return platformName;
    }

    /** By how much later a job of this priority seems to have come in. */
    public Duration handicap() {
        return handicap;
    }

    /** The priority of this name, in either form; null where it is none. */
    public static @Nullable Priority of(String name) {
        for (Priority priority : values()) {
            if (priority.name().equalsIgnoreCase(name)) {
                return priority;
            }
        }
        return null;
    }

    /** The names of all, in lower case, highest first. */
    public static List<String> texts() {
        return List.of(HIGH.text(), NORMAL.text(), LOW.text());
    }
}
