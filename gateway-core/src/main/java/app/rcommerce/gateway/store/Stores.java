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
public record Stores(LimitStore limits, BlockStore blocks, RevocationStore revocations, ReplyStore replies) {

    /** Identifiers that a Memory store counts at most. */
    public static final int MOST_IDENTIFIERS = 500_000;

    /** All of them in this process; stored replies take at most {@code replyBytes}. */
    public static Stores memory(Clock clock, long replyBytes) {
        return new Stores(
                new MemoryLimitStore(clock, MOST_IDENTIFIERS),
                new MemoryBlockStore(clock),
                new MemoryRevocationStore(clock),
                new MemoryReplyStore(clock, replyBytes));
    }
}
