package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.route.WebSocketRule.MessageRate;
import app.rcommerce.gateway.topic.message.ClientMessages;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code websocket} of a route that forwards. */
final class WebSocketReader {

    private static final int MOST_SOCKETS = 1_000_000;
    private static final long MOST_MESSAGE = 1L << 40;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    private static final Form<MessageRate> RATE = Form.of(Rate.EXPECTED, WebSocketReader::rate);
    private static final Form<String> ORIGIN = Form.matching(
            "[a-z][a-z0-9+.-]*://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?",
            "an origin in lower case as browsers send it, such as \"https://shop.example\", without a path");

    private WebSocketReader() {}

    /** The rule; null where the route relays no WebSockets. */
    static @Nullable WebSocketRule read(Section route) {
        Section section = route.table("websocket", "{ max_per_address = 10 }");
        WebSocketRule usual = WebSocketRule.DEFAULT;
        WebSocketRule rule = new WebSocketRule(
                section.integer("max_per_address", usual.maxPerAddress(), 0, MOST_SOCKETS),
                section.integer("max_per_identity", usual.maxPerIdentity(), 0, MOST_SOCKETS),
                section.integer("max_in_all", usual.maxInAll(), 1, MOST_SOCKETS),
                section.text("messages", RATE),
                section.size("max_message", usual.maxMessage(), 1, MOST_MESSAGE),
                section.duration("idle_timeout", usual.idleTimeout(), SECOND, LONGEST),
                section.duration("ping", usual.ping(), SECOND, LONGEST),
                section.someTexts("origins", ORIGIN, usual.origins()));
        return section.isPresent() ? rule : null;
    }

    /**
     * The bounds on clients of topics, whose messages are few and small.
     *
     * @param heartbeat how long a client hears nothing at most
     */
    static WebSocketRule readOfEvents(Section route, Duration heartbeat) {
        Section section = route.table("websocket", "{ max_per_address = 10 }");
        WebSocketRule usual = WebSocketRule.DEFAULT;
        return new WebSocketRule(
                section.integer("max_per_address", usual.maxPerAddress(), 0, MOST_SOCKETS),
                section.integer("max_per_identity", usual.maxPerIdentity(), 0, MOST_SOCKETS),
                section.integer("max_in_all", usual.maxInAll(), 1, MOST_SOCKETS),
                section.text("messages", RATE, new MessageRate("100/minute", 100, Duration.ofMinutes(1))),
                section.size("max_message", ClientMessages.LONGEST, 64, ClientMessages.LONGEST),
                LONGEST,
                heartbeat,
                section.someTexts("origins", ORIGIN, usual.origins()));
    }

    private static @Nullable MessageRate rate(String text) {
        Rate rate = Rate.parse(text);
        return rate == null ? null : new MessageRate(rate.text(), rate.quota(), rate.window());
    }
}
