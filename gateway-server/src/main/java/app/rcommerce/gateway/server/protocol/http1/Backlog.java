package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.message.RequestHead;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The queue of decoded requests that a client has sent ahead and that are not served yet. What they take of the heap is
 * reserved from a budget that all clients share. Confined to the connection's event loop.
 */
final class Backlog {

    /** The number of decoded objects beyond which the socket is no longer read. */
    private static final int HIGH = 32;

    /** About how many bytes of the heap an object takes beside its fields. */
    private static final int OBJECT_BYTES = 256;

    private final Channel channel;
    private final MemoryBudget budget;
    private final Queue<HttpObject> objects = new ArrayDeque<>(4);

    Backlog(Channel channel, MemoryBudget budget) {
        this.channel = channel;
        this.budget = budget;
    }

    /**
     * Adds an object, and stops reading the socket where there are enough of them.
     *
     * @return false where the budget is spent: the object and all others are dropped, and the socket is not read
     */
    boolean add(HttpObject object) {
        if (!budget.reserve(bytes(object))) {
            ReferenceCountUtil.release(object);
            drop();
            Reading.set(channel, false);
            return false;
        }
        objects.add(object);
        if (objects.size() >= HIGH) {
            Reading.set(channel, false);
        }
        return true;
    }

    HttpObject remove() {
        HttpObject object = objects.remove();
        budget.release(bytes(object));
        return object;
    }

    /** About how many bytes of the heap an object takes. Content lies outside of it, where Netty bounds it. */
    private static int bytes(HttpObject object) {
        if (object instanceof HttpRequest request) {
            return OBJECT_BYTES + request.uri().length() + RequestHead.heapBytes(request.headers());
        }
        return object instanceof LastHttpContent last ? RequestHead.heapBytes(last.trailingHeaders()) : OBJECT_BYTES;
    }

    boolean isEmpty() {
        return objects.isEmpty();
    }

    /** Whether the queue holds all of the remaining content of the request whose head was taken last. */
    boolean holdsWholeContent() {
        for (HttpObject object : objects) {
            if (object instanceof HttpRequest) {
                return false;
            }
            if (object instanceof LastHttpContent) {
                return true;
            }
        }
        return false;
    }

    /** Releases everything in the queue. */
    void drop() {
        while (!objects.isEmpty()) {
            ReferenceCountUtil.release(remove());
        }
    }
}
