package app.rcommerce.gateway.store;

import app.rcommerce.gateway.store.idempotency.IdempotencyStore;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.store.topic.TopicStore;

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
 * @param topics the messages of topics
 * @param entryTickets what lets browsers in once
 * @param presence who hears topics
 * @param jobs queues of jobs
 * @param idempotency what is kept under idempotency keys
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
        TicketKeyStore ticketKeys,
        TopicStore topics,
        EntryTicketStore entryTickets,
        PresenceStore presence,
        JobStore jobs,
        IdempotencyStore idempotency) {

    /** How much memory the answers that are kept under idempotency keys may take: a sixteenth of the heap. */
    public static long idempotencyBytes() {
        return Runtime.getRuntime().maxMemory() / 16;
    }

    /** How much memory the messages that are kept of topics may take: a sixteenth of the heap. */
    public static long topicBytes() {
        return Runtime.getRuntime().maxMemory() / 16;
    }

    /** How much memory the jobs of queues may take where they are in memory: a quarter of the heap. */
    public static long jobBytes() {
        return Runtime.getRuntime().maxMemory() / 4;
    }

    /** How much memory counters may take: an eighth of the heap. */
    public static long limitBytes() {
        return Runtime.getRuntime().maxMemory() / 8;
    }
}
