package app.rcommerce.gateway.store;

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
}
