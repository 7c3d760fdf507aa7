package app.rcommerce.gateway.store.memory.job;

import java.util.List;

/**
 * A queue in memory as it stood at one moment. Immutable.
 *
 * @param jobs the jobs in it, dead ones among them
 * @param events the events that it remembers, the one that came first before others
 * @param isPaused whether it gives no jobs to workers
 */
public record QueueImage(List<JobImage> jobs, List<SeenEvent> events, boolean isPaused) {

    /** A queue that has never had a job. */
    public static final QueueImage EMPTY = new QueueImage(List.of(), List.of(), false);

    public QueueImage {
        jobs = List.copyOf(jobs);
        events = List.copyOf(events);
    }

    /**
     * An event that has become a job.
     *
     * @param name what its producer calls it
     * @param id the job's id
     * @param untilMillis until when it is remembered, in milliseconds since the epoch
     */
    public record SeenEvent(String name, String id, long untilMillis) {}
}
