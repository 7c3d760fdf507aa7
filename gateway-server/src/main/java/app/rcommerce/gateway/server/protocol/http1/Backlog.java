package app.rcommerce.gateway.server.protocol.http1;

import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The queue of decoded requests that a client has sent ahead and that are not served yet. Confined to the connection's
 * event loop.
 */
final class Backlog {

    /** The number of decoded objects beyond which the socket is no longer read. */
    private static final int HIGH = 32;

    private final Queue<HttpObject> objects = new ArrayDeque<>(4);

    void add(HttpObject object) {
        objects.add(object);
    }

    HttpObject remove() {
        return objects.remove();
    }

    boolean isEmpty() {
        return objects.isEmpty();
    }

    /** Whether the socket should not be read further. */
    boolean isFull() {
        return objects.size() >= HIGH;
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
        objects.forEach(ReferenceCountUtil::release);
        objects.clear();
    }
}
