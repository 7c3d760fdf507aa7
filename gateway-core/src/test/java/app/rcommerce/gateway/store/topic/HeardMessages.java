package app.rcommerce.gateway.store.topic;

import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener that remembers what it was told. Safe for any thread. */
public final class HeardMessages implements TopicListener {

    private final List<TopicMessage> messages = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private @Nullable Position end;
    private boolean hears;

    @Override
    public synchronized void began(@Nullable Position at, boolean unbroken) {
        end = at;
        hears = true;
        told.add(unbroken ? "unbroken" : "began");
    }

    @Override
    public synchronized void heard(List<TopicMessage> some) {
        messages.addAll(some);
    }

    @Override
    public synchronized void lost() {
        hears = false;
        told.add("lost");
    }

    public synchronized boolean hears() {
        return hears;
    }

    /** Where the topic ended when it was last begun to be heard. */
    public synchronized @Nullable Position end() {
        return end;
    }

    public synchronized List<TopicMessage> messages() {
        return List.copyOf(messages);
    }

    public synchronized List<String> data() {
        return messages.stream().map(TopicMessage::data).toList();
    }

    /** What it was told besides messages: {@code began}, {@code unbroken}, {@code lost}. */
    public synchronized List<String> told() {
        return List.copyOf(told);
    }
}
