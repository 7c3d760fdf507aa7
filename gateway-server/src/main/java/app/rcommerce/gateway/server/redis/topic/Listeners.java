package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who listen to a channel, in the order in which they have come. A failure of one is logged: it must not end the
 * connection. Confined to one event loop.
 */
final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    /** How a listener wants the channel heard, and whether it was told that it is. */
    private record Wanted(TopicFeed feed, boolean told) {}

    private final SequencedMap<TopicListener, Wanted> all = new LinkedHashMap<>();

    boolean isEmpty() {
        return all.isEmpty();
    }

    void add(TopicListener listener, TopicFeed feed) {
        all.put(listener, new Wanted(feed, false));
    }

    void remove(TopicListener listener) {
        all.remove(listener);
    }

    /** How the one that has come last wants the channel heard; null where there is none. */
    @Nullable
    TopicFeed newestFeed() {
        return all.isEmpty() ? null : all.lastEntry().getValue().feed();
    }

    /** Tells one that the channel is heard. */
    void beganFor(TopicListener listener, @Nullable Position end) {
        all.computeIfPresent(listener, (one, wanted) -> new Wanted(wanted.feed(), true));
        guarded(() -> listener.began(end, false));
    }

    /** Tells all that the channel is heard; without a break only those who heard it before. */
    void began(@Nullable Position end, boolean unbroken) {
        all.replaceAll((listener, wanted) -> {
            guarded(() -> listener.began(end, unbroken && wanted.told()));
            return new Wanted(wanted.feed(), true);
        });
    }

    void heard(List<TopicMessage> messages) {
        all.keySet().forEach(listener -> guarded(() -> listener.heard(messages)));
    }

    /** Tells those who were told that the channel is heard that it is no more. */
    void lost() {
        all.forEach((listener, wanted) -> {
            if (wanted.told()) {
                guarded(listener::lost);
            }
        });
    }

    private static void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.error("a listener to a topic failed", e);
        }
    }
}
