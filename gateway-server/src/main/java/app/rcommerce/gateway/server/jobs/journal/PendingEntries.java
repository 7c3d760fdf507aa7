package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written into a journal. Of each job it has at most that it came in and where it stands, and of one that
 * is gone that alone, so that it is bounded by what is in the queue also while nothing can be written. Synchronized.
 */
final class PendingEntries {

    /**
     * What is written at once.
     *
     * @param stage completes when it is on the disk
     */
    record Batch(Map<String, Entry> entries, CompletableFuture<Void> stage) {}

    private Map<String, Entry> entries = new LinkedHashMap<>();
    /** Of what waits, and of what is being written. */
    private CompletableFuture<Void> next = new CompletableFuture<>();

    private CompletableFuture<Void> current = CompletableFuture.completedFuture(null);
    private boolean failing;
    private boolean closed;
    private boolean nudged;

    /** Has entries written, all of them in the same batch, in this order. */
    synchronized void add(List<Entry> added) {
        added.forEach(entry -> put(entries, entry));
        notifyAll();
    }

    /**
     * That a job is gone stays, since that it came in may be on the disk already; that it came in need not be written
     * any more.
     */
    private static void put(Map<String, Entry> entries, Entry entry) {
        if (entry instanceof Entry.Gone(String id)) {
            entries.remove(Entry.Added.subjectOf(id));
        }
        entries.put(entry.subject(), entry);
    }

    synchronized boolean isFailing() {
        return failing;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** As {@link app.rcommerce.gateway.store.memory.job.JobJournal#written}. */
    synchronized CompletionStage<Void> written() {
        if (failing || closed) {
            return CompletableFuture.failedFuture(unavailable());
        }
        return entries.isEmpty() ? current : next;
    }

    private static StoreUnavailable unavailable() {
        return new StoreUnavailable("the queue's journal cannot be written");
    }

    /** Has {@link #take} answer, with nothing if need be. */
    synchronized void nudge() {
        nudged = true;
        notifyAll();
    }

    /**
     * Waits for a batch; null where none comes any more.
     *
     * @param mostMillis after which the batch is an empty one; {@link Long#MAX_VALUE} for never
     */
    synchronized @Nullable Batch take(long mostMillis) throws InterruptedException {
        while (entries.isEmpty() && !closed && !nudged) {
            wait(mostMillis == Long.MAX_VALUE ? 0 : mostMillis);
            nudged |= mostMillis != Long.MAX_VALUE;
        }
        if (entries.isEmpty() && !nudged) {
            return null;
        }
        nudged = false;
        Batch batch = new Batch(entries, next);
        entries = new LinkedHashMap<>();
        current = next;
        next = new CompletableFuture<>();
        return batch;
    }

    /** The batch is on the disk. */
    void written(Batch batch) {
        synchronized (this) {
            failing = false;
        }
        batch.stage().complete(null);
    }

    /** The batch could not be written; it is part of the next one, and nobody waits for it any more. */
    void failed(Batch batch) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            failing = true;
            Map<String, Entry> all = new LinkedHashMap<>(batch.entries());
            entries.values().forEach(entry -> put(all, entry));
            entries = all;
            waiting = next;
            next = new CompletableFuture<>();
            // Also where there was nothing to write.
            nudged = true;
        }
        batch.stage().completeExceptionally(unavailable());
        waiting.completeExceptionally(unavailable());
    }

    /** Nothing comes any more, once what is there has been taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
