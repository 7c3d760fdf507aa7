package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who hears topics, in the memory of this process. Safe for any thread. */
public final class MemoryPresenceStore implements PresenceStore {

    private record Entry(Presence there, long untilMillis) {}

    private final Clock clock;
    private final Map<String, Map<String, Entry>> topics = new HashMap<>();

    /** A store that knows of nobody. */
    public MemoryPresenceStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<Void> tell(String topic, String node, Presence there, Duration life) {
        if (there.who().isEmpty() && there.others() == 0) {
            Map<String, Entry> nodes = topics.get(topic);
            if (nodes != null && nodes.remove(node) != null && nodes.isEmpty()) {
                topics.remove(topic);
            }
        } else {
            topics.computeIfAbsent(topic, name -> new LinkedHashMap<>())
                    .put(node, new Entry(there, clock.millis() + life.toMillis()));
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<Presence> find(String topic) {
        Map<String, Entry> nodes = topics.get(topic);
        if (nodes == null) {
            return CompletableFuture.completedFuture(Presence.NOBODY);
        }
        nodes.values().removeIf(entry -> entry.untilMillis() <= clock.millis());
        if (nodes.isEmpty()) {
            topics.remove(topic);
        }
        return CompletableFuture.completedFuture(
                PresenceStore.joined(nodes.values().stream().map(Entry::there).toList()));
    }
}
