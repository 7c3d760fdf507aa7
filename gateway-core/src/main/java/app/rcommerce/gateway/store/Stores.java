package app.rcommerce.gateway.store;

import app.rcommerce.gateway.time.Clock;

/**
 * Everything that nodes share, behind one interface each.
 *
 * @param limits counts in sliding windows and buckets
 * @param windows counts in windows of the calendar
 * @param slots requests in flight
 * @param blocks the block list
 * @param revocations revoked tokens
 * @param replies stored replies
 */
public record Stores(
        LeaseStore limits,
        LeaseStore windows,
        ConcurrencyStore slots,
        BlockStore blocks,
        RevocationStore revocations,
        ReplyStore replies) {

    /** How much memory counters may take: an eighth of the heap. */
    public static long limitBytes() {
        return Runtime.getRuntime().maxMemory() / 8;
    }

    /** All of them in this process; stored replies take at most {@code replyBytes}. */
    public static Stores memory(Clock clock, long replyBytes) {
        MemoryLimitStore limits = new MemoryLimitStore(clock, limitBytes());
        return new Stores(
                limits,
                limits,
                new MemoryConcurrencyStore(),
                new MemoryBlockStore(clock),
                new MemoryRevocationStore(clock),
                new MemoryReplyStore(clock, replyBytes));
    }
}
