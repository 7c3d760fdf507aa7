package app.rcommerce.gateway.job;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where a job is in its life. */
public enum JobState {
    /** It waits for a worker. */
    READY,
    /** It waits for an earlier one of the same order. */
    WAITING,
    /** It waits for its time, be it the first one or another attempt. */
    SCHEDULED,
    /** A worker has it. */
    RUNNING,
    /** It has been given up, and is kept for whoever looks at it. */
    DEAD,
    /** It is done; only that is known of it. */
    COMPLETED,
    /** It was taken back; only that is known of it. */
    CANCELLED;

    /** The name in lower case, as operators see it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the job itself is still there. */
    public boolean isKept() {
        return this != COMPLETED && this != CANCELLED;
    }

    /** The names of those of which jobs are listed. */
    public static List<String> listed() {
        return Stream.of(values()).filter(JobState::isKept).map(JobState::text).toList();
    }
}
