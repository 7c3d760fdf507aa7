package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queues of jobs in the memory of this process. What they hold is bounded by each queue's own bounds, and by one for
 * all of them together. Leases and delays do not heed steps of the clock. A queue that has a journal takes a job, and
 * gives it to a worker, once that is on the disk; all else that becomes of jobs is written soon after. Safe for any
 * thread.
 */
public final class MemoryJobStore implements JobStore {

    private final Clock clock;
    private final JobHeap heap;
    private final ConcurrentHashMap<String, MemoryQueue> queues = new ConcurrentHashMap<>();

    /** A store without jobs, which may have {@link Stores#jobBytes()} of the heap. */
    public MemoryJobStore(Clock clock) {
        this(clock, Stores.jobBytes());
    }

    /** A store without jobs, which may have so many bytes of the heap. */
    MemoryJobStore(Clock clock, long bytes) {
        this.clock = clock.withoutSteps();
        this.heap = new JobHeap(bytes);
    }

    private MemoryQueue of(QueueRule queue) {
        return queues.computeIfAbsent(queue.name(), name -> new MemoryQueue(clock, JobJournal.NONE, heap));
    }

    /**
     * Gives a queue that has not been used yet a journal, and puts back what that has of it.
     *
     * @return what is in the queue, at any later time
     * @throws IllegalArgumentException where the queue has been used
     */
    public Supplier<QueueImage> restore(QueueRule queue, QueueImage image, JobJournal journal) {
        MemoryQueue restored = new MemoryQueue(clock, journal, heap);
        restored.restore(queue, image);
        if (queues.putIfAbsent(queue.name(), restored) != null) {
            throw new IllegalArgumentException(
                    "queue " + queue.name() + " is in use without a journal (expected: one from the start)");
        }
        return restored::image;
    }

    private static <T extends @Nullable Object> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    @Override
    public CompletionStage<Enqueued> enqueue(QueueRule queue, NewJob job) {
        MemoryQueue jobs = of(queue);
        if (jobs.journal().isFailing()) {
            return CompletableFuture.failedFuture(new StoreUnavailable("the queue's journal cannot be written"));
        }
        Enqueued result = jobs.enqueue(queue, job);
        // What is known already may not have been written yet either.
        return result instanceof Enqueued.Full
                ? done(result)
                : jobs.journal().written().thenApply(written -> result);
    }

    @Override
    public CompletionStage<Taken> take(QueueRule queue, String worker, int most) {
        MemoryQueue jobs = of(queue);
        Taken taken = jobs.take(queue, worker, most);
        // A job may be what ends the process, so it is written that it was begun. Where nothing can be written it is
        // worked on all the same.
        return taken.jobs().isEmpty() ? done(taken) : jobs.journal().written().handle((written, failure) -> taken);
    }

    @Override
    public CompletionStage<List<Boolean>> renew(QueueRule queue, List<JobLease> leases) {
        return done(of(queue).renew(queue, leases));
    }

    @Override
    public CompletionStage<Boolean> complete(QueueRule queue, JobLease lease) {
        return done(of(queue).complete(queue, lease));
    }

    @Override
    public CompletionStage<Boolean> retry(QueueRule queue, JobLease lease, Duration delay, String why) {
        return done(of(queue).again(lease, delay, why, true));
    }

    @Override
    public CompletionStage<Boolean> release(QueueRule queue, JobLease lease, Duration delay, String why) {
        return done(of(queue).again(lease, delay, why, false));
    }

    @Override
    public CompletionStage<Boolean> bury(QueueRule queue, JobLease lease, String why) {
        return done(of(queue).bury(queue, lease, why));
    }

    @Override
    public CompletionStage<Found> sweep(QueueRule queue) {
        return done(of(queue).sweep(queue));
    }

    @Override
    public CompletionStage<QueueCounts> counts(QueueRule queue) {
        return done(of(queue).counts());
    }

    @Override
    public CompletionStage<@Nullable JobRecord> find(QueueRule queue, String id) {
        return done(of(queue).find(id));
    }

    @Override
    public CompletionStage<Listed> list(QueueRule queue, Query query) {
        long endNanos = clock.nanos() + query.longest().toNanos();
        MemoryQueue jobs = of(queue);
        List<JobRecord> found = new ArrayList<>();
        for (MemoryJob job : jobs.list(query.state(), query.sinceMillis())) {
            boolean late = query.where() != null && clock.nanos() - endNanos >= 0;
            if (late || found.size() == query.most()) {
                return done(new Listed(found, false));
            }
            // Without the queue's lock, since it takes long to read all.
            if (query.where() == null || query.where().test(job.text)) {
                JobRecord record = jobs.record(job, query.state());
                if (record != null) {
                    found.add(record);
                }
            }
        }
        return done(new Listed(found, true));
    }

    @Override
    public CompletionStage<Boolean> revive(QueueRule queue, String id, Duration delay) {
        return done(of(queue).revive(id, delay));
    }

    @Override
    public CompletionStage<Boolean> cancel(QueueRule queue, String id) {
        return done(of(queue).cancel(queue, id));
    }

    @Override
    @SuppressWarnings("NullAway")
    public CompletionStage<Void> pause(QueueRule queue, boolean paused) {
        of(queue).pause(paused);
        return done(null);
    }

    @Override
    public CompletionStage<Cleared> clear(QueueRule queue, boolean deadAlone) {
        long cleared = 0;
        List<JobState> states = deadAlone
                ? List.of(JobState.DEAD)
                : List.of(JobState.WAITING, JobState.READY, JobState.SCHEDULED, JobState.DEAD);
        MemoryQueue jobs = of(queue);
        for (JobState state : states) {
            for (MemoryJob job : jobs.list(state, 0)) {
                cleared += jobs.cancel(queue, job.id) ? 1 : 0;
            }
        }
        return done(new Cleared(cleared, true));
    }
}
