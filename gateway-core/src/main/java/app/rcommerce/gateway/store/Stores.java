package app.rcommerce.gateway.store;

import app.rcommerce.gateway.store.socket.SocketStore;

/**
 * The stores of everything that nodes share.
 *
 * @param limits the counts in sliding windows and buckets
 * @param windows the counts in windows of the calendar
 * @param slots the requests in flight
 * @param blocks the block list
 * @param revocations revoked tokens
 * @param replies stored replies
 * @param sessions login sessions
 * @param sockets records of WebSockets
 * @param ticketKeys keys of session tickets
 */
public record Stores(
        LeaseStore limits,
        LeaseStore windows,
        ConcurrencyStore slots,
        BlockStore blocks,
        RevocationStore revocations,
        ReplyStore replies,
        SessionStore sessions,
        SocketStore sockets,
        TicketKeyStore ticketKeys) {

    /** How much memory counters may take: an eighth of the heap. */
    public static long limitBytes() {
        return Runtime.getRuntime().maxMemory() / 8;
    }
}
