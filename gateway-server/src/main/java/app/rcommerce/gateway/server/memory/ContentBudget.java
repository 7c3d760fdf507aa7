package app.rcommerce.gateway.server.memory;

import java.util.IdentityHashMap;

/**
 * A bound on the content of answers of our own that clients have not taken yet: arrays on the heap, such as stored
 * replies. An array that many answers share counts once. Safe for any thread.
 */
public final class ContentBudget {

    private final MemoryBudget budget;
    /** How many answers send each array. */
    private final IdentityHashMap<byte[], Integer> holders = new IdentityHashMap<>();

    private boolean refused;

    /** A bound that reserves from this budget. */
    public ContentBudget(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Counts another answer that sends this content.
     *
     * @return whether it may be sent: it is being sent already, or there is room for it, or nothing else is being sent
     */
    public synchronized boolean hold(byte[] content) {
        Integer others = holders.get(content);
        if (others == null) {
            if (holders.isEmpty()) {
                budget.take(content.length);
            } else if (!budget.reserve(content.length)) {
                refused = true;
                return false;
            }
        }
        holders.put(content, others == null ? 1 : others + 1);
        return true;
    }

    /** Whether content has been refused since this was asked last. */
    public synchronized boolean hasRefused() {
        boolean since = refused;
        refused = false;
        return since;
    }

    /** An answer that sent this content has ended. */
    public synchronized void release(byte[] content) {
        Integer held = holders.get(content);
        if (held == null) {
            throw new IllegalStateException("content of " + content.length + " bytes that nobody holds");
        }
        if (held > 1) {
            holders.put(content, held - 1);
        } else {
            holders.remove(content);
            budget.release(content.length);
        }
    }
}
