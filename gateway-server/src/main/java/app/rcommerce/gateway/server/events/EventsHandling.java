package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.events.hub.Subscriber;
import app.rcommerce.gateway.server.events.socket.EventSocket;
import app.rcommerce.gateway.server.events.socket.Handshakes;
import app.rcommerce.gateway.server.events.stream.EventStream;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.websocket.Tenure;
import app.rcommerce.gateway.topic.LastSeen;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicRules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The handling of a request for topics: a WebSocket handshake opens a socket that ends here, any other GET is answered
 * with an event stream. Confined to the event loop of the exchange.
 */
final class EventsHandling implements Handling {

    private static final Denial NO_TOPIC = new Denial(
            400, "BAD_TOPIC", "The query names no topic (expected: ?topic=NAME, several times for several topics).");

    private final Events events;
    private final Handler.Events rule;
    private final Exchange exchange;
    private @Nullable EventStream stream;

    EventsHandling(Events events, Handler.Events rule, Exchange exchange) {
        this.events = events;
        this.rule = rule;
        this.exchange = exchange;
    }

    @Override
    public void begin() {
        AskedTopics asked = AskedTopics.of(exchange);
        if (asked.hasToken()) {
            exchange.answer(AskedTopics.TOKEN_IN_QUERY.reply(exchange.call()));
            return;
        }
        if (asked.names().size() > rule.maxTopics()) {
            exchange.answer(
                    new Denial(400, "TOO_MANY_TOPICS", "At most " + rule.maxTopics() + " topics can be heard at once.")
                            .reply(exchange.call()));
            return;
        }
        if (exchange.incoming().isWebSocketHandshake()) {
            open(asked.names());
            return;
        }
        switch (exchange.incoming().method()) {
            case "GET", "HEAD" -> stream(asked);
            case "POST" -> new TicketDesk(events, exchange).issue();
            default ->
                exchange.answer(
                        Denial.METHOD_NOT_ALLOWED.reply(exchange.call(), new Field("allow", "GET, HEAD, POST")));
        }
    }

    private void open(List<String> names) {
        exchange.switchProtocols(
                Handshakes.accepted(exchange.incoming().headers()),
                (owner, channel, outbox, socket) ->
                        new EventSocket(terms(socket.tenure()), owner, channel, socket, names));
    }

    private Subscriber.Terms terms(Tenure tenure) {
        return new Subscriber.Terms(events.hub(), rule, tenure, events.now());
    }

    private void stream(AskedTopics asked) {
        if (asked.names().isEmpty()) {
            exchange.answer(NO_TOPIC.reply(exchange.call()));
            return;
        }
        Tenure tenure = exchange.tenure();
        List<TopicRules.Granted> topics = asked.granted(rule.topics(), tenure.caller(), exchange);
        if (topics == null) {
            return;
        }
        if (exchange.isHead()) {
            exchange.answer(new Reply(
                    200,
                    List.of(new Field("content-type", "text/event-stream"), new Field("cache-control", "no-store")),
                    new byte[0]));
            return;
        }
        String sent = exchange.incoming().headers().get("last-event-id");
        // A browser that comes back by itself sends the field, which is newer than what its page asked for at first.
        String id = sent == null ? asked.lastEventId() : sent;
        Map<String, Position> seen = id == null
                ? Map.of()
                : LastSeen.parse(
                        id.trim(), topics.size() == 1 ? topics.getFirst().feed().topic() : null);
        EventStream made = new EventStream(terms(tenure), exchange, topics.size(), id != null);
        stream = made;
        made.begin(topics, id == null ? seen : LastSeen.all(topics, seen));
    }

    @Override
    public void clientWritable() {
        if (stream != null) {
            stream.writable();
        }
    }

    @Override
    public void cancel() {
        if (stream != null) {
            stream.ended();
        }
    }
}
