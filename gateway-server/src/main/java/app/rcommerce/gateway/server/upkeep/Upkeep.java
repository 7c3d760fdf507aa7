package app.rcommerce.gateway.server.upkeep;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Enqueued;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The gateway's own queue, {@link QueueRule#UPKEEP}: what is ordered there is done by one node, and by another one
 * where that node dies over it. Safe for any thread.
 */
public final class Upkeep {

    private final JobStore store;
    private final Clock clock;
    private final Consumer<String> wake;

    /** The queue in this store; {@code wake} is told of its name when something has been ordered. */
    public Upkeep(JobStore store, Clock clock, Consumer<String> wake) {
        this.store = store;
        this.clock = clock;
        this.wake = wake;
    }

    /**
     * Orders a purge; tells the id of its job once it is in the queue. Fails with {@link StoreUnavailable}, also where
     * the queue is full.
     */
    public CompletionStage<String> order(PurgeJob purge) {
        QueueRule queue = QueueRule.upkeep();
        long now = clock.millis();
        String id = JobId.next(now);
        long timeout = queue.timeout().toSeconds();
        String text = JobForm.write(id, PurgeJob.TYPE, queue.name(), Priority.NORMAL, now, timeout, purge);
        return store.enqueue(queue, new NewJob(id, Priority.NORMAL, text, Duration.ZERO, null, null))
                .thenApply(result -> {
                    if (result instanceof Enqueued.Full) {
                        throw new StoreUnavailable("the queue " + queue.name() + " has " + queue.maxJobs() + " jobs");
                    }
                    wake.accept(queue.name());
                    return id;
                });
    }
}
