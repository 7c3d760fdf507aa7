package app.rcommerce.gateway.server.events.stream;

import app.rcommerce.gateway.server.events.hub.Delivery;
import app.rcommerce.gateway.server.events.hub.Joined;
import app.rcommerce.gateway.server.events.hub.Subscriber;
import app.rcommerce.gateway.server.events.hub.Subscription;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.server.exchange.websocket.Ending;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.topic.LastSeen;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicRules;
import app.rcommerce.gateway.topic.message.Answers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A client that hears topics by Server-Sent Events (WHATWG HTML §9.2), as the answer to one request. The answer begins
 * once it is known of every topic where it begins. Of one topic the id of an event is its position; of several it names
 * the positions of all. Confined to the event loop of the exchange.
 */
public final class EventStream extends Subscriber {

    /** After how long a browser comes back, in milliseconds. */
    private static final int RETRY_MILLIS = 2_000;

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    /** What is known of a subscription before the answer begins. */
    private record Begin(Subscription subscription, Joined how) {}

    private final Exchange exchange;
    private final boolean single;
    private final boolean asked;
    private final @Nullable String allowedOrigin;
    private final SequencedMap<String, Begin> begins = new LinkedHashMap<>();
    private int awaited;
    private boolean begun;
    private long writtenNanos = System.nanoTime();

    /**
     * A stream of an exchange that has passed the policies.
     *
     * @param asked whether the client has told what it has seen last
     */
    public EventStream(Terms terms, Exchange exchange, int topics, boolean asked) {
        super(terms, exchange.client().loop(), EventsMeter.Kind.SSE);
        this.exchange = exchange;
        this.single = topics == 1;
        this.asked = asked;
        this.awaited = topics;
        String origin = exchange.incoming().headers().get("origin");
        this.allowedOrigin =
                origin != null && terms.events().connections().origins().contains(origin.trim()) ? origin.trim() : null;
    }

    /** Subscribes to these topics, from what has been seen of them. */
    public void begin(List<TopicRules.Granted> topics, Map<String, Position> seen) {
        come();
        for (TopicRules.Granted topic : topics) {
            subscribe(topic, seen.get(topic.feed().topic()));
        }
    }

    @Override
    protected void joined(Subscription subscription, Joined how) {
        begins.put(subscription.topic(), new Begin(subscription, how));
        awaited--;
        if (awaited == 0 && !isOver()) {
            answer();
        }
    }

    private void answer() {
        HttpHeaders fields = new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-accel-buffering", "no");
        if (asked) {
            fields.set("last-event-id", begin());
        }
        if (allowedOrigin != null) {
            fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowedOrigin)
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
                    .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "last-event-id, x-request-id")
                    .set(HttpHeaderNames.VARY, "origin");
        }
        begun = true;
        exchange.beginStream(new ResponseHead(HttpResponseStatus.OK, fields, ProtocolVersion.HTTP_1_1), "sse");
        String at = begin();
        text("retry: " + RETRY_MILLIS + "\n" + (at.isEmpty() ? "\n" : "id: " + at + "\n\n"));
        List<Begin> all = List.copyOf(begins.values());
        begins.clear();
        for (Begin one : all) {
            if (one.how().isGap() || one.how().degraded()) {
                gap(one.subscription().topic(), one.how().position(), one.how().degraded());
            }
        }
        for (Begin one : all) {
            one.subscription().start();
        }
    }

    /** Where the stream begins, as the id of an event; empty where no position is known. */
    private String begin() {
        SequencedMap<String, Position> from = new LinkedHashMap<>();
        begins.forEach((topic, one) -> {
            if (one.how().position() != null) {
                from.put(topic, one.how().position());
            }
        });
        return id(from);
    }

    private String id(SequencedMap<String, Position> positions) {
        if (positions.isEmpty()) {
            return "";
        }
        if (single) {
            return positions.firstEntry().getValue().toString();
        }
        StringBuilder id = new StringBuilder();
        LastSeen.write(positions, id);
        return id.toString();
    }

    private String positions() {
        SequencedMap<String, Position> now = new LinkedHashMap<>();
        for (Subscription one : subscriptions()) {
            Position position = one.position();
            if (position != null) {
                now.put(one.topic(), position);
            }
        }
        return id(now);
    }

    @Override
    protected ByteBuf bytes(Subscription subscription, Delivery delivery) {
        if (single) {
            return delivery.event();
        }
        ByteBuf id = ascii("id: " + positions() + "\n\n");
        return Unpooled.wrappedUnmodifiableBuffer(delivery.eventWithoutId(), id);
    }

    private ByteBuf ascii(String text) {
        ByteBuf bytes = Outbox.room(ByteBufAllocator.DEFAULT, text.length());
        ByteBufUtil.writeAscii(bytes, text);
        return bytes;
    }

    private void text(String event) {
        put(ascii(event));
    }

    @Override
    protected void reset(Subscription subscription, @Nullable Position position) {
        gap(subscription.topic(), position, false);
    }

    private void gap(String topic, @Nullable Position position, boolean degraded) {
        String id = positions();
        text("event: reset\ndata: " + Answers.reset(topic, position, degraded) + "\n"
                + (id.isEmpty() ? "\n" : "id: " + id + "\n\n"));
    }

    @Override
    protected void expiring(long seconds) {
        if (begun) {
            text("event: token\ndata: " + Answers.expiring(seconds) + "\n\n");
        }
    }

    @Override
    protected void send(ByteBuf bytes) {
        writtenNanos = System.nanoTime();
        exchange.write(bytes, null);
    }

    @Override
    protected long pending() {
        return exchange.client().bytesPending();
    }

    @Override
    protected void flushChannel() {
        if (!exchange.isOver()) {
            exchange.client().flushNow();
        }
    }

    /** Called when the client takes more again. */
    public void writable() {
        drained();
    }

    @Override
    protected void look(long nowNanos) {
        if (begun && nowNanos - writtenNanos >= terms().events().heartbeat().toNanos()) {
            put(Unpooled.wrappedBuffer(HEARTBEAT));
        }
    }

    @Override
    protected void tooSlow(String why) {
        stopHearing();
        exchange.fail(new Failure(Failure.Source.CLIENT, Failure.Kind.TIMEOUT, why));
        leave();
    }

    @Override
    protected void lose(Ending why) {
        close();
    }

    @Override
    protected void reconfigured() {
        close();
    }

    @Override
    protected void stopping() {
        close();
    }

    /** Ends the answer; a browser comes back with what it has seen last. */
    private void close() {
        stopHearing();
        if (begun) {
            exchange.write(Unpooled.EMPTY_BUFFER, EmptyHttpHeaders.INSTANCE);
            exchange.complete();
        } else {
            exchange.fail(new Failure(Failure.Source.GATEWAY, Failure.Kind.OVERLOAD, "the answer has not begun"));
        }
        leave();
    }

    /** Called when the exchange has ended. */
    public void ended() {
        leave();
    }
}
