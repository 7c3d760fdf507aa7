package app.rcommerce.gateway.job;

import java.time.Duration;

/** Jobs, and counts of them, as tests of queues want them. */
public final class JobSamples {

    private JobSamples() {}

    /** A job that may be worked on at once, with no order and no name. */
    public static NewJob plain(String id, Priority priority, String text) {
        return new NewJob(id, priority, text, Duration.ZERO, null, null);
    }

    /** All jobs but the dead ones. */
    public static long live(QueueCounts counts) {
        return counts.high()
                + counts.normal()
                + counts.low()
                + counts.waiting()
                + counts.scheduled()
                + counts.running();
    }
}
