package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.memory.job.MemoryJobStore;
import app.rcommerce.gateway.time.Clock;

/** All stores of a single node, in its memory. Stateless; safe for any thread. */
public final class MemoryStores {

    private static final int MOST_IDEMPOTENCY_KEYS = 100_000;

    private MemoryStores() {}

    /** All stores in this process; stored replies take at most {@code replyBytes}. */
    public static Stores of(Clock clock, long replyBytes) {
        return of(clock, replyBytes, new MemoryJobStore(clock));
    }

    /** As above, with these queues. */
    public static Stores of(Clock clock, long replyBytes, JobStore jobs) {
        MemoryLimitStore limits = new MemoryLimitStore(clock, Stores.limitBytes());
        return new Stores(
                limits,
                limits,
                new MemoryConcurrencyStore(),
                new MemoryBlockStore(clock),
                new MemoryRevocationStore(clock),
                new MemoryReplyStore(clock, replyBytes),
                new MemorySessionStore(clock),
                new MemorySocketStore(clock),
                new MemoryTicketKeyStore(clock),
                new MemoryTopicStore(clock, Stores.topicBytes()),
                new MemoryEntryTicketStore(clock),
                new MemoryPresenceStore(clock),
                jobs,
                new MemoryIdempotencyStore(clock, MOST_IDEMPOTENCY_KEYS, Stores.idempotencyBytes()));
    }
}
