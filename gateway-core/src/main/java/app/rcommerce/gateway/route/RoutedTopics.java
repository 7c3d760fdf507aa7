package app.rcommerce.gateway.route;

import app.rcommerce.gateway.topic.TopicRule;
import app.rcommerce.gateway.topic.TopicRules;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The topics of all routes: the same topic is heard alike on each of them. Stateless. */
public final class RoutedTopics {

    private RoutedTopics() {}

    /** The topic of this name as a route has it, whoever may have it; null where none has. */
    public static @Nullable TopicRule find(Collection<Route> routes, String name) {
        TopicRule published = null;
        for (Route route : routes) {
            TopicRules rules = switch (route.handler()) {
                case Handler.Events events -> events.topics();
                case Handler.Publish publish -> publish.topics();
                default -> null;
            };
            TopicRule rule = rules == null ? null : rules.find(name);
            if (rule != null && route.handler() instanceof Handler.Events) {
                return rule;
            }
            published = rule == null ? published : rule;
        }
        return published;
    }
}
