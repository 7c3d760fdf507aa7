package app.rcommerce.gateway.server.redis.topic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * The messages of one channel that have been heard and have no place yet: those that wait, and those that were sent to
 * be given one. Each holds room among those of all channels until it is placed or dropped. Confined to one event loop.
 */
final class Unplaced {

    /** So many messages, and so many characters of them, are given places by one call at most. */
    private static final int BATCH_MESSAGES = 256;

    private static final int BATCH_LENGTH = 1 << 20;

    private final HeardTopic.Surroundings around;
    private final Deque<String> queue = new ArrayDeque<>();
    /** Of what is queued or sent, in characters. */
    private long length;
    /** How many of the queue came before this node showed that it is subscribed. */
    private int early;

    private List<String> sent = List.of();

    Unplaced(HeardTopic.Surroundings around) {
        this.around = around;
    }

    /** Adds a message; false where there is no room for it. */
    boolean add(String data) {
        if (!around.reserve(data.length())) {
            return false;
        }
        length += data.length();
        queue.add(data);
        return true;
    }

    /** Whether no message waits to be sent. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** What waits now came before this node showed that it is subscribed. */
    void markEarly() {
        early = queue.size();
    }

    /** Drops what came before this node showed that it is subscribed. */
    void dropEarly() {
        for (; early > 0 && !queue.isEmpty(); early--) {
            free(queue.remove());
        }
    }

    /** Takes the messages that are sent with one call. */
    List<String> send() {
        List<String> some = new ArrayList<>(Math.min(queue.size(), BATCH_MESSAGES));
        int characters = 0;
        while (!queue.isEmpty() && some.size() < BATCH_MESSAGES && characters < BATCH_LENGTH) {
            String next = queue.remove();
            characters += next.length();
            some.add(next);
        }
        sent = some;
        return some;
    }

    /** The messages that were sent with the newest call. */
    List<String> sent() {
        return sent;
    }

    /** Those of the sent ones have places now; the others wait again, before all that have come since. */
    void placed(BitSet which) {
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (which.get(i)) {
                free(sent.get(i));
            } else {
                queue.addFirst(sent.get(i));
            }
        }
        sent = List.of();
    }

    /** Drops one that waits and has been found written by another node. */
    void remove(String data) {
        if (queue.removeFirstOccurrence(data)) {
            free(data);
        }
    }

    /** Drops all. */
    void clear() {
        around.release(length);
        length = 0;
        queue.clear();
        early = 0;
        sent = List.of();
    }

    private void free(String data) {
        length -= data.length();
        around.release(data.length());
    }
}
