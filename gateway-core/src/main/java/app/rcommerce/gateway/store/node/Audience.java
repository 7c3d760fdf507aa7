package app.rcommerce.gateway.store.node;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who listens to which topic of a {@link NodeChannel}. Their number is bounded by what is wired. Safe for any thread.
 */
public final class Audience {

    private final Map<String, List<NodeChannel.Listener>> listeners = new ConcurrentHashMap<>();

    /** Adds a listener to a topic. */
    public void add(String topic, NodeChannel.Listener listener) {
        listeners.computeIfAbsent(topic, added -> new CopyOnWriteArrayList<>()).add(listener);
    }

    /** Tells those who listen to the topic. */
    public void tell(NodeMessage message) {
        listeners.getOrDefault(message.topic(), List.of()).forEach(listener -> listener.heard(message.text()));
    }

    /** Tells everybody that messages may have been missed. */
    public void missed() {
        listeners.values().forEach(all -> all.forEach(NodeChannel.Listener::missed));
    }
}
