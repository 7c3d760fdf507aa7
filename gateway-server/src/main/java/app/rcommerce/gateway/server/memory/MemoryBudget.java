package app.rcommerce.gateway.server.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound, in bytes of the heap, on everything of one kind together, however many there are of it. Who holds bytes
 * reserves them first and gives them back; what happens where none are left is for the holder to say. Safe for any
 * thread.
 */
public final class MemoryBudget {

    private final long most;
    private final AtomicLong used = new AtomicLong();

    /** A budget of this many bytes. */
    public MemoryBudget(long most) {
        this.most = most;
    }

    /** A share of the heap. */
    public static MemoryBudget ofHeap(int parts) {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / parts);
    }

    /** Reserves so many bytes; false where they are not left, and nothing is reserved then. */
    public boolean reserve(long bytes) {
        if (used.addAndGet(bytes) > most) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /**
     * Takes so many bytes, whether they are left or not: the holder sees to it that it takes no more while they are
     * not.
     */
    public void take(long bytes) {
        used.addAndGet(bytes);
    }

    /** Whether nothing is left. */
    public boolean isSpent() {
        return used.get() >= most;
    }

    /** Whether no more than a sixteenth is left. */
    public boolean isNearlySpent() {
        return used.get() >= most / 16 * 15;
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes that are reserved. */
    public long used() {
        return used.get();
    }

    /** Bytes that can be reserved in all. */
    public long most() {
        return most;
    }
}
