package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import app.rcommerce.gateway.topic.TopicRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a node hears whether it has clients for them or not: those that are kept and not of one user. Else
 * what is published while the last client reconnects would be heard by nobody. Safe for any thread.
 */
public final class StandingTopics {

    /** Hears, and does nothing: the store keeps what is heard. */
    private static final class Listener implements TopicListener {
        @Override
        public void began(@Nullable Position end, boolean unbroken) {
            // Nobody waits for it.
        }

        @Override
        public void heard(List<TopicMessage> messages) {
            // They are kept.
        }

        @Override
        public void lost() {
            // Whoever subscribes is told.
        }
    }

    private final TopicStore store;
    private final Map<TopicFeed, TopicStore.Listening> heard = new HashMap<>();

    /** None so far. */
    public StandingTopics(TopicStore store) {
        this.store = store;
    }

    /** Hears those of a configuration from now on, and no others. */
    public synchronized void hear(GatewayConfig config) {
        Set<TopicFeed> wanted = new HashSet<>();
        config.routes().stream()
                .map(route -> route.handler().events())
                .filter(events -> events != null)
                .forEach(events -> wanted.addAll(standing(events)));
        heard.entrySet().removeIf(each -> {
            boolean gone = !wanted.contains(each.getKey());
            if (gone) {
                each.getValue().end();
            }
            return gone;
        });
        wanted.forEach(feed -> heard.computeIfAbsent(feed, added -> store.listen(added, new Listener())));
    }

    private static List<TopicFeed> standing(Handler.Events events) {
        return events.topics().rules().stream()
                .filter(rule -> !rule.isPersonal() && rule.history().isKept())
                .map((TopicRule rule) -> rule.feed(rule.template()))
                .toList();
    }
}
