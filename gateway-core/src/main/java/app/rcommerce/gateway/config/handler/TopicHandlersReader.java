package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.topic.TopicMessage;
import app.rcommerce.gateway.topic.TopicRule;
import app.rcommerce.gateway.topic.TopicRules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code handler = "events"} and {@code handler = "publish"}, with the topics that both have. The topics of all
 * routes are read by one reader, since a topic is the same on each of them.
 */
public final class TopicHandlersReader implements HandlerReader {

    private static final String EVENTS = "events";
    private static final String PUBLISH = "publish";
    /** The keys that no other handler has. */
    static final List<String> ALONE =
            List.of("topics", "history", "max_topics", "heartbeat", "websocket", "max_message");

    private static final List<String> OF_EVENTS = List.of("max_topics", "queue", "heartbeat", "websocket");
    private static final long KB = 1024;
    private static final Duration HEARTBEAT = Duration.ofSeconds(25);

    private final TopicsReader topics;

    /**
     * A reader of all routes.
     *
     * @param channel the channel of a topic of each user, with {@code {topic}}
     */
    public TopicHandlersReader(String channel) {
        this.topics = new TopicsReader(channel);
    }

    @Override
    public String key() {
        return "handler";
    }

    @Override
    public List<String> otherKeys() {
        return List.of("topics", "history", "max_topics", "queue", "heartbeat", "websocket", "max_message");
    }

    /** Whether the handler is of no use to callers of whom nothing is known. */
    public static boolean needsCaller(@Nullable Handler handler) {
        TopicRules rules = handler instanceof Handler.Events events
                ? events.topics()
                : handler instanceof Handler.Publish publish ? publish.topics() : null;
        return rules != null && rules.rules().stream().anyMatch(TopicRule::needsCaller);
    }

    @Override
    public @Nullable Handler read(Section route, @Nullable PathPattern path) {
        String kind = route.text(key(), Form.anyOf(List.of(EVENTS, PUBLISH)));
        if (kind == null) {
            return null;
        }
        return kind.equals(EVENTS) ? events(route) : publish(route);
    }

    private Handler events(Section route) {
        refuse(route, List.of("max_message"), PUBLISH);
        Duration heartbeat = route.duration("heartbeat", HEARTBEAT, Duration.ofSeconds(1), Duration.ofMinutes(10));
        return new Handler.Events(
                topics.read(route, true),
                route.integer("max_topics", 50, 1, 1_000),
                route.size("queue", 256 * KB, 16 * KB, 64 * KB * KB),
                heartbeat,
                WebSocketReader.readOfEvents(route, heartbeat));
    }

    private Handler publish(Section route) {
        refuse(route, OF_EVENTS, EVENTS);
        return new Handler.Publish(
                topics.read(route, false), route.size("max_message", 64 * KB, 1, TopicMessage.LONGEST));
    }

    private static void refuse(Section route, List<String> keys, String other) {
        for (String key : keys) {
            if (route.has(key)) {
                route.problem(key, "none, since only a route with handler = \"" + other + "\" has one");
            }
        }
    }
}
