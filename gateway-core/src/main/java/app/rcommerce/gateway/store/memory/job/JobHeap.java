package app.rcommerce.gateway.store.memory.job;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the heap the jobs of all queues in memory have, dead ones among them, and how much they may have. Safe
 * for any thread.
 */
final class JobHeap {

    /** What a job has beside its text, in bytes: its record, its id, and its places in maps. */
    private static final int BESIDE_ITS_TEXT = 512;

    private final long most;
    private final AtomicLong used = new AtomicLong();

    JobHeap(long most) {
        this.most = most;
    }

    /** How much they may have, in bytes. */
    long most() {
        return most;
    }

    /** Counts a job of this text, which has so many bytes in UTF-8, where there is room for it; tells whether. */
    boolean take(String text, int size) {
        long cost = cost(text, size);
        if (used.addAndGet(cost) <= most) {
            return true;
        }
        used.addAndGet(-cost);
        return false;
    }

    /** Counts a job that is there already, whether there is room for it or not. */
    void add(MemoryJob job) {
        used.addAndGet(cost(job.text, job.size));
    }

    void remove(MemoryJob job) {
        used.addAndGet(-cost(job.text, job.size));
    }

    private static long cost(String text, int size) {
        // A text that is more than ASCII may have two bytes for each character.
        return BESIDE_ITS_TEXT + (size == text.length() ? size : 2L * text.length());
    }
}
