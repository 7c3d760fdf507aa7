package app.rcommerce.gateway.store.node;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners of a {@link NodeChannel} by topic. Their number is bounded by the wiring. Safe for any thread. */
public final class Audience {

    private final Map<String, List<NodeChannel.MessageListener>> listeners = new ConcurrentHashMap<>();

    /** Adds a listener to a topic. */
    public void add(String topic, NodeChannel.MessageListener listener) {
        listeners.computeIfAbsent(topic, added -> new CopyOnWriteArrayList<>()).add(listener);
    }

    /** Tells the message to the listeners of its topic. */
    public void tell(NodeMessage message) {
        listeners.getOrDefault(message.topic(), List.of()).forEach(listener -> listener.heard(message.text()));
    }

    /** Tells all listeners that messages may have been missed. */
    public void missed() {
        listeners.values().forEach(all -> all.forEach(NodeChannel.MessageListener::missed));
    }
}
