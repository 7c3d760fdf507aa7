package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What writes down the changes of one queue in memory, so that they outlive the process. What it is told is where a job
 * stands now, and not how it got there: of one job the last word counts. It is told under the queue's lock, in the
 * order of the changes, and must not wait. Safe for any thread.
 */
public interface JobJournal {

    /** A journal that writes nothing down. */
    JobJournal NONE = new JobJournal() {
        private static final CompletionStage<Void> WRITTEN = CompletableFuture.completedFuture(null);

        @Override
        public void added(JobImage job, @Nullable SeenEvent event) {
            // Nothing is written down.
        }

        @Override
        public void changed(String id, JobImage.Life life) {
            // Nothing is written down.
        }

        @Override
        public void gone(String id) {
            // Nothing is written down.
        }

        @Override
        public void paused(boolean isPaused) {
            // Nothing is written down.
        }

        @Override
        public boolean isFailing() {
            return false;
        }

        @Override
        public CompletionStage<Void> written() {
            return WRITTEN;
        }
    };

    /**
     * A job has come in, with an event that is remembered from now on, or none. They are written together: an event
     * without its job would have the next one of its name answered as if there was one.
     */
    void added(JobImage job, @Nullable SeenEvent event);

    /** A job that is still in the queue has changed. */
    void changed(String id, JobImage.Life life);

    /** A job has left the queue. */
    void gone(String id);

    /** The queue gives no more jobs to workers, or gives them again. */
    void paused(boolean isPaused);

    /** Whether nothing can be written at the moment. */
    boolean isFailing();

    /**
     * Completes once all that has been told before is on the disk; fails with {@link StoreUnavailable} where it could
     * not be written, which is tried again all the same.
     */
    CompletionStage<Void> written();
}
