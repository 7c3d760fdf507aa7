package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.events.hub.Hub;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a node hears whether it has clients for them or not: those that are kept and not of one user. Else
 * what is published while the last client reconnects would be heard by nobody. Safe for any thread.
 */
public final class StandingTopics {

    /** Hears, and remembers where it stands alone: the store keeps what is heard. */
    private static final class Listener implements TopicListener {
        private boolean live;
        private boolean lost;
        private @Nullable Position end;

        @Override
        public synchronized void began(@Nullable Position from, boolean unbroken) {
            live = true;
            lost = false;
            end = from;
        }

        @Override
        public synchronized void heard(List<TopicMessage> messages) {
            for (TopicMessage message : messages) {
                end = message.position() == null ? end : message.position();
            }
        }

        @Override
        public synchronized void lost() {
            lost = true;
        }

        synchronized Hub.Heard view(String topic) {
            return Hub.Heard.of(topic, 0, live, lost, end);
        }
    }

    /** A topic that is heard. */
    private record Standing(Listener listener, TopicStore.Listening listening) {}

    private final TopicStore store;
    private final Map<TopicFeed, Standing> heard = new HashMap<>();

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
                each.getValue().listening().end();
            }
            return gone;
        });
        wanted.forEach(feed -> heard.computeIfAbsent(feed, added -> {
            Listener listener = new Listener();
            return new Standing(listener, store.listen(added, listener));
        }));
    }

    /** All topics that the node hears: those for which it has clients, as they are given, and these. */
    public synchronized List<Hub.Heard> beside(List<Hub.Heard> clients) {
        Map<String, Hub.Heard> all = new TreeMap<>();
        heard.forEach(
                (feed, standing) -> all.put(feed.topic(), standing.listener().view(feed.topic())));
        clients.forEach(one -> all.put(one.topic(), one));
        return List.copyOf(all.values());
    }

    private static List<TopicFeed> standing(Handler.Events events) {
        return events.topics().rules().stream()
                .filter(rule -> !rule.isPersonal() && rule.history().isKept())
                .map((TopicRule rule) -> rule.feed(rule.template()))
                .toList();
    }
}
