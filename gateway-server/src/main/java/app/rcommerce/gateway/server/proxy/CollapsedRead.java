package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.server.exchange.ClientLeg;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request that is served from another request's {@link Fill}: it reads the reply at its own pace as
 * it arrives. Confined to the event loop of its exchange.
 */
final class CollapsedRead implements FillReader {

    private final Exchange exchange;
    private final ProxyHandling handling;
    private final ClientLeg client;
    private @Nullable Follower follower;
    private String cacheStatus = "";

    CollapsedRead(Exchange exchange, ProxyHandling handling) {
        this.exchange = exchange;
        this.handling = handling;
        this.client = exchange.client();
    }

    /** Reads along from this place; answers are marked with this status of the cache. */
    void begin(Follower place, String status) {
        follower = place;
        cacheStatus = status;
    }

    /** Stops reading, since nobody wants the reply any more. */
    void leave() {
        Follower place = follower;
        follower = null;
        if (place != null) {
            place.leave();
        }
    }

    @Override
    public void later(Runnable task) {
        client.later(task);
    }

    @Override
    public Headers requestHeaders() {
        return exchange.incoming().headers();
    }

    @Override
    public void released() {
        if (!exchange.isOver() && follower != null) {
            follower = null;
            handling.readReleased();
        }
    }

    @Override
    public void readable() {
        Follower from = follower;
        if (exchange.isOver() || from == null) {
            return;
        }
        if (!client.isResponseBegun()) {
            exchange.begin(head(from.head()), cacheStatus);
        }
        while (client.isWritable()) {
            byte[] piece = from.read();
            if (piece == null) {
                break;
            }
            exchange.write(Unpooled.wrappedBuffer(piece), null);
        }
        if (from.isAtEnd()) {
            leave();
            exchange.write(Unpooled.EMPTY_BUFFER, EmptyHttpHeaders.INSTANCE);
            exchange.complete();
        } else {
            client.flush();
        }
    }

    /** The head of a reply that is still on its way into the cache. */
    private static ResponseHead head(StoredReply stored) {
        HttpHeaders fields = new DefaultHttpHeaders();
        stored.fields().forEach((name, value) -> fields.add(name, value));
        return new ResponseHead(HttpResponseStatus.valueOf(stored.status()), fields, ProtocolVersion.HTTP_1_1);
    }

    @Override
    public void fillFailed(Failure why) {
        if (!exchange.isOver() && follower != null) {
            follower = null;
            handling.readFailed(why);
        }
    }
}
