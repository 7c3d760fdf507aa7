package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code handler = "NAME"} by the reader of that name. */
public final class NamedHandlersReader implements HandlerReader {

    private final TopicHandlersReader topics;
    private final QueueReader queues;

    /** A reader of the handlers that these two know. */
    public NamedHandlersReader(TopicHandlersReader topics, QueueReader queues) {
        this.topics = topics;
        this.queues = queues;
    }

    @Override
    public String key() {
        return "handler";
    }

    @Override
    public List<String> otherKeys() {
        List<String> keys = new ArrayList<>(topics.otherKeys());
        keys.addAll(QueueReader.KEYS);
        return keys;
    }

    @Override
    public @Nullable Handler read(Section route, @Nullable PathPattern path) {
        String name = route.text(key(), Form.anyOf(List.of("events", "publish", QueueReader.NAME)));
        if (name == null) {
            return null;
        }
        if (!name.equals(QueueReader.NAME)) {
            refuse(route, QueueReader.ALONE, QueueReader.NAME);
            return topics.read(route, path);
        }
        refuse(route, TopicHandlersReader.ALONE, "events\" or \"publish");
        return queues.read(route);
    }

    private static void refuse(Section route, List<String> keys, String other) {
        for (String key : keys) {
            if (route.has(key)) {
                route.problem(key, "none, since only a route with handler = \"" + other + "\" has one");
            }
        }
    }
}
