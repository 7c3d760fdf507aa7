package app.rcommerce.gateway.job;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a job, for whoever looks at a queue. Immutable.
 *
 * @param id its id
 * @param state where it is in its life
 * @param priority when it is worked on
 * @param sinceMillis when it came in, in milliseconds since the epoch
 * @param bytes how large its JSON is
 * @param attempts how many attempts have failed
 * @param crashes how many workers have died over it
 * @param atMillis when it is due, its lease ends, it died or was done, in milliseconds since the epoch; 0 where there
 *     is no such time
 * @param why the last attempt failed; empty where none has
 * @param text its JSON; null where it was not asked for, or is gone
 */
public record JobRecord(
        String id,
        JobState state,
        Priority priority,
        long sinceMillis,
        long bytes,
        int attempts,
        int crashes,
        long atMillis,
        String why,
        @Nullable String text) {

    /** The same record with the job's JSON. */
    public JobRecord with(@Nullable String json) {
        return new JobRecord(id, state, priority, sinceMillis, bytes, attempts, crashes, atMillis, why, json);
    }
}
