package app.rcommerce.gateway.server.protocol.http1;

import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/** What a client has sent ahead, decoded and not yet served. Confined to the connection's event loop. */
final class Backlog {

    /** Decoded objects that are kept before the socket is no longer read. */
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

    /** Whether no more should be read. */
    boolean isFull() {
        return objects.size() >= HIGH;
    }

    /** Whether the content of the request whose head was taken last waits here to its end. */
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

    /** Releases all of it. */
    void drop() {
        objects.forEach(ReferenceCountUtil::release);
        objects.clear();
    }
}
