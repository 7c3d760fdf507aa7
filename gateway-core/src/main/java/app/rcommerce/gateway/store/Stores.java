package app.rcommerce.gateway.store;

import app.rcommerce.gateway.time.Clock;

/**
 * Everything that nodes share, behind one interface each.
 *
 * @param limits counts
 * @param blocks the block list
 * @param revocations revoked tokens
 * @param replies stored replies
 */
public record Stores(LeaseStore limits, BlockStore blocks, RevocationStore revocations, ReplyStore replies) {

    /** How much memory counters may take: an eighth of the heap. */
    public static long limitBytes() {
        return Runtime.getRuntime().maxMemory() / 8;
    }

    /** All of them in this process; stored replies take at most {@code replyBytes}. */
    public static Stores memory(Clock clock, long replyBytes) {
        return new Stores(
                new MemoryLimitStore(clock, limitBytes()),
                new MemoryBlockStore(clock),
                new MemoryRevocationStore(clock),
                new MemoryReplyStore(clock, replyBytes));
    }
}
