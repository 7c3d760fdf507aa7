package app.rcommerce.gateway.server.sockets;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketIds;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.socket.SocketRecord.Passed;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that is open on this node, relayed or the gateway's own, as it is recorded. Its connection, on one event
 * loop, tells what passes and when it ends; anybody may ask for its end.
 */
public final class RecordedSocket {

    private static final int BYTES_IN = 0;
    private static final int BYTES_OUT = 1;
    private static final int MESSAGES_IN = 2;
    private static final int MESSAGES_OUT = 3;
    private static final int ACTIVITY = 4;
    private static final int NUMBERS = 5;

    private final OpenSockets sockets;
    private final SocketRecord first;
    private final String holder = SocketIds.nextHolder();
    /** What has passed, written by its event loop alone. */
    private final AtomicLongArray numbers = new AtomicLongArray(NUMBERS);

    /** Another one than the client was told where somebody else has continued the record that it was. */
    private volatile String id;

    private volatile List<String> subscriptions;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile boolean kept;
    /** When it was last written, by the time since the start; 0 while the store does not have it. */
    private volatile long writtenMillis;
    /** The bytes that were written last, to see whether there are any news. */
    private volatile long writtenBytes;

    private volatile @Nullable List<String> writtenSubscriptions;

    RecordedSocket(OpenSockets sockets, SocketRecord first) {
        this.sockets = sockets;
        this.first = first;
        this.id = first.id();
        this.subscriptions = first.subscriptions();
        Passed before = first.passed();
        numbers.set(BYTES_IN, before.bytesIn());
        numbers.set(BYTES_OUT, before.bytesOut());
        numbers.set(MESSAGES_IN, before.messagesIn());
        numbers.set(MESSAGES_OUT, before.messagesOut());
        numbers.set(ACTIVITY, first.activityMillis());
    }

    /** The id of its record, with which the client may come back. */
    public String id() {
        return id;
    }

    /** Whose it is; null where the caller is known by its address alone. */
    @Nullable
    Identifier user() {
        return first.user();
    }

    /** Tells what has passed. On its event loop. */
    public void passed(boolean fromClient, int messages, long bytes) {
        add(fromClient ? BYTES_IN : BYTES_OUT, bytes);
        add(fromClient ? MESSAGES_IN : MESSAGES_OUT, messages);
        numbers.setRelease(ACTIVITY, sockets.millis());
    }

    private void add(int number, long more) {
        numbers.setRelease(number, numbers.getPlain(number) + more);
    }

    /** The topics that it has asked for; at first those of the record that it continues. */
    public List<String> subscriptions() {
        return subscriptions;
    }

    /** Records the topics that it asks for from now on, with the next writing of its record. */
    public void subscribed(List<String> topics) {
        subscriptions = List.copyOf(topics);
    }

    /** Whether an operator wants it closed. */
    public boolean isClosing() {
        return closing;
    }

    void close() {
        closing = true;
    }

    /**
     * Tells of its end; only the first call has an effect. On its event loop.
     *
     * @param comesBack whether its connection was lost or sent elsewhere, so that its record is kept for the client
     */
    public void ended(boolean comesBack) {
        if (!ended) {
            kept = comesBack;
            ended = true;
            sockets.ended(this);
        }
    }

    boolean isEnded() {
        return ended;
    }

    boolean isKept() {
        return kept;
    }

    /** The record as it is now. */
    SocketRecord record() {
        return new SocketRecord(
                id,
                holder,
                first.user(),
                first.address(),
                first.route(),
                first.node(),
                first.connectedMillis(),
                numbers.getAcquire(ACTIVITY),
                subscriptions,
                new Passed(
                        numbers.getAcquire(BYTES_IN),
                        numbers.getAcquire(BYTES_OUT),
                        numbers.getAcquire(MESSAGES_IN),
                        numbers.getAcquire(MESSAGES_OUT)));
    }

    /** Takes another id, since somebody else has continued the record. */
    void renamed(String other) {
        id = other;
        writtenMillis = 0;
    }

    /** Makes it one that the store does not have. */
    void lost() {
        writtenMillis = 0;
    }

    void written(SocketRecord record, long nowMillis) {
        if (!id.equals(record.id())) {
            // It has got another one meanwhile, which is still to be written.
            return;
        }
        writtenBytes = record.passed().bytesIn() + record.passed().bytesOut();
        writtenSubscriptions = record.subscriptions();
        writtenMillis = nowMillis;
    }

    /** Whether it is to be written now: there are news, or its record would end before long. */
    boolean isDue(long nowMillis, long pauseMillis, long longestMillis) {
        long since = nowMillis - writtenMillis;
        return writtenMillis == 0 || since >= longestMillis || (since >= pauseMillis && hasNews());
    }

    private boolean hasNews() {
        return writtenBytes != numbers.getAcquire(BYTES_IN) + numbers.getAcquire(BYTES_OUT)
                || !subscriptions.equals(writtenSubscriptions);
    }
}
