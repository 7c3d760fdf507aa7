package app.rcommerce.gateway.server.redis.link;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The purpose of a command: its label in metrics, and how long its caller can wait. The circuit breaker uses it to
 * choose which commands pass on trial, and to remember which ones the user may not send.
 */
public enum CommandPurpose {
    LIMIT_TAKE(Urgency.REQUEST),
    LIMIT_GIVE_BACK(Urgency.OPERATOR),
    LIMIT_UNDO(Urgency.REQUEST),
    LIMIT_CHARGE(Urgency.OPERATOR),
    LIMIT_USAGE(Urgency.OPERATOR),
    LIMIT_RESET(Urgency.OPERATOR),
    CONCURRENCY_ENTER(Urgency.REQUEST),
    /** Renewals are urgent, since requests of the same caller queue behind them. */
    CONCURRENCY_RENEW(Urgency.REQUEST),
    BLOCK_FIND(Urgency.REQUEST),
    BLOCK_LIST(Urgency.OPERATOR),
    BLOCK_CHANGE(Urgency.OPERATOR),
    REVOCATION_FIND(Urgency.REQUEST),
    REVOCATION_CHANGE(Urgency.OPERATOR),
    REPLY_GET(Urgency.CONTENT),
    REPLY_PUT(Urgency.OPERATOR),
    REPLY_PURGE(Urgency.OPERATOR),
    REPLY_REMOVE(Urgency.OPERATOR),
    SESSION_FIND(Urgency.REQUEST),
    SESSION_CHANGE(Urgency.OPERATOR),
    SESSION_LIST(Urgency.OPERATOR),
    SOCKET_FIND(Urgency.REQUEST),
    SOCKET_CHANGE(Urgency.OPERATOR),
    SOCKET_LIST(Urgency.OPERATOR),
    TICKET_KEY(Urgency.OPERATOR),
    TOPIC_PUBLISH(Urgency.OPERATOR),
    TOPIC_REPLAY(Urgency.CONTENT),
    ENTRY_TICKET(Urgency.REQUEST),
    PRESENCE(Urgency.OPERATOR),
    IDEMPOTENCY_BEGIN(Urgency.CONTENT),
    IDEMPOTENCY_END(Urgency.CONTENT),
    JOB_ENQUEUE(Urgency.WORK),
    /** Waits for the disk of the master, and holds up what is behind it on its connection. */
    JOB_ENQUEUE_DURABLE(Urgency.OPERATOR),
    /** Its answers may be large. */
    JOB_TAKE(Urgency.OPERATOR),
    JOB_END(Urgency.WORK),
    JOB_SWEEP(Urgency.OPERATOR),
    JOB_LIST(Urgency.OPERATOR),
    HEARTBEAT(Urgency.OPERATOR),
    PUBLISH(Urgency.OPERATOR),
    MEMORY(Urgency.OPERATOR);

    /**
     * The urgency of a command. Only commands of the same urgency share a batch, so that a decision does not wait
     * behind large content.
     */
    public enum Urgency {
        /** A request waits for a small answer. */
        REQUEST,
        /** A request waits for an answer that may be large. */
        CONTENT,
        /** A small answer, for which it is waited as long as for those for operators. */
        WORK,
        /** No request waits. */
        OPERATOR;

        /** Whether a request waits that cannot wait long. */
        public boolean isPressing() {
            return this == REQUEST || this == CONTENT;
        }
    }

    private final Urgency urgency;
    private final String label;

    CommandPurpose(Urgency urgency) {
        this.urgency = urgency;
        this.label = name().toLowerCase(Locale.ROOT);
    }

    /** The labels of all purposes. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(CommandPurpose::label).toList();
    }

    public Urgency urgency() {
        return urgency;
    }

    public String label() {
        return label;
    }
}
