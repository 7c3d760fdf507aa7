package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.Priority;
import org.jspecify.annotations.Nullable;

/**
 * A job in memory as it stood at one moment: all that a journal needs to bring it back. Immutable.
 *
 * @param id its id
 * @param priority when it is worked on, among others
 * @param text its JSON
 * @param size how many bytes that has in UTF-8
 * @param order the order in which it stands; null for none
 * @param life what changes of it
 */
public record JobImage(
        String id,
        Priority priority,
        String text,
        int size,
        @Nullable String order,
        Life life) {

    /**
     * What changes of a job. Times are in milliseconds since the epoch.
     *
     * @param state where it is
     * @param number its place among those that came in, or were revived, at the same time or in the same order
     * @param sinceMillis when it came in
     * @param readyMillis since when it is ready
     * @param dueMillis when it is due, its lease ends or it has died; 0 where there is no such time
     * @param attempts how many attempts have failed
     * @param crashes how many workers have died over it
     * @param why the last attempt failed; empty where none has
     */
    public record Life(
            JobState state,
            long number,
            long sinceMillis,
            long readyMillis,
            long dueMillis,
            int attempts,
            int crashes,
            String why) {}

    /** The same job, with what has changed of it. */
    public JobImage with(Life changed) {
        return new JobImage(id, priority, text, size, order, changed);
    }
}
