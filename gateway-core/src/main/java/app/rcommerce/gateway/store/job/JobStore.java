package app.rcommerce.gateway.store.job;

import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Queues of jobs, which all nodes share. A job that has been taken is leased: it is given to another worker once the
 * lease has ended unrenewed, so that each job is worked on at least once, and twice where a worker has only been slow.
 * Whoever says something of a job shows its lease, and is told whether it still held. Stages fail with
 * {@link StoreUnavailable} and nothing else. Safe for any thread.
 */
public interface JobStore {

    /** For how long jobs are looked for, or taken back, by one call. */
    Duration LONGEST = Duration.ofSeconds(15);

    /** What has become of a job that was to be put into a queue. */
    sealed interface Enqueued {
        /** It is there. */
        record Accepted(String id) implements Enqueued {}

        /** One of the same name has been there before: its id. */
        record Duplicate(String id) implements Enqueued {}

        /** The queue has as many jobs, or as many bytes, as it may have. */
        record Full() implements Enqueued {}
    }

    /**
     * What a worker is given.
     *
     * @param jobs jobs, as many as were asked for at most
     * @param againMillis after how long there may be more, as far as is known: 0 for at once; a job that comes in may
     *     be there earlier
     * @param isPaused whether no job is given to workers
     */
    record Taken(List<TakenJob> jobs, long againMillis, boolean isPaused) {
        /** How long nothing may come by itself at most, for the store to say so. */
        public static final long MOST_MILLIS = 3_600_000;

        /** So many bytes of jobs are given at once, and the last one whole. */
        public static final long MOST_BYTES = 4L << 20;

        public Taken {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * Jobs that were found again.
     *
     * @param expired their workers have died or were too slow
     * @param buried their workers have died too often
     * @param lost they stood nowhere and have been put back
     */
    record Found(int expired, int buried, int lost) {}

    /**
     * Which jobs are meant.
     *
     * @param state all of one state
     * @param sinceMillis that came in at this time or later, in milliseconds since the epoch
     * @param most so many are found, at most
     * @param longest for how long they are looked for, about
     * @param where what their JSON must be, which is null where it is gone; null where any is wanted, and no JSON is
     *     read
     */
    record Query(
            JobState state,
            long sinceMillis,
            int most,
            Duration longest,
            @Nullable Predicate<@Nullable String> where) {

        /** One that takes {@link #LONGEST} at most. */
        public Query(JobState state, long sinceMillis, int most, @Nullable Predicate<@Nullable String> where) {
            this(state, sinceMillis, most, LONGEST, where);
        }
    }

    /** Jobs that were asked for; {@code whole} where there are no others, else there may be. */
    record Listed(List<JobRecord> jobs, boolean whole) {}

    /** How many jobs were taken back; {@code whole} where none is left of those that there were. */
    record Cleared(long jobs, boolean whole) {}

    /** Puts a job into a queue, whole or not at all. */
    CompletionStage<Enqueued> enqueue(QueueRule queue, NewJob job);

    /**
     * Takes jobs: of those that are ready the one that has waited longest, with what its priority makes of that.
     *
     * @param worker who asks: no other does so under this name
     * @param most how many at most; the queue's concurrency and rate may allow fewer
     */
    CompletionStage<Taken> take(QueueRule queue, String worker, int most);

    /** Renews leases; tells in their order which ones still hold. */
    CompletionStage<List<Boolean>> renew(QueueRule queue, List<JobLease> leases);

    /** A job is done; tells whether the lease still held. */
    CompletionStage<Boolean> complete(QueueRule queue, JobLease lease);

    /** An attempt has failed, and there is to be another one after this delay; tells whether the lease still held. */
    CompletionStage<Boolean> retry(QueueRule queue, JobLease lease, Duration delay, String why);

    /** No attempt has been made, and one is to be made after this delay; tells whether the lease still held. */
    CompletionStage<Boolean> release(QueueRule queue, JobLease lease, Duration delay, String why);

    /** A job is given up; it is kept among the dead ones. Tells whether the lease still held. */
    CompletionStage<Boolean> bury(QueueRule queue, JobLease lease, String why);

    /** Finds jobs again whose workers have died, and such as stand nowhere; to be called about once a second. */
    CompletionStage<Found> sweep(QueueRule queue);

    /** How many jobs there are. */
    CompletionStage<QueueCounts> counts(QueueRule queue);

    /** What is known of a job; null where that is nothing. */
    CompletionStage<@Nullable JobRecord> find(QueueRule queue, String id);

    /** Jobs of one state, the one that came in first, or died first, before others. */
    CompletionStage<Listed> list(QueueRule queue, Query query);

    /** Makes a job that is scheduled or dead ready after this delay; tells whether there was one. */
    CompletionStage<Boolean> revive(QueueRule queue, String id, Duration delay);

    /** Takes a job back that no worker has; tells whether there was one. */
    CompletionStage<Boolean> cancel(QueueRule queue, String id);

    /** Gives no more jobs to workers, or gives them again. */
    CompletionStage<Void> pause(QueueRule queue, boolean paused);

    /**
     * Takes all jobs back that are dead, or all that no worker has, also those that the platform has put there; takes
     * about {@link #LONGEST} at most.
     */
    CompletionStage<Cleared> clear(QueueRule queue, boolean deadAlone);
}
