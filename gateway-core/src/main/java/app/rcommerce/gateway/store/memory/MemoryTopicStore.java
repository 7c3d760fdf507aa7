package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a single node, in its memory. What all of them keep is bounded in bytes: beyond that the topic to which
 * nothing was published for the longest time is forgotten, and begins a new epoch. Listeners are told on the thread
 * that publishes. Safe for any thread.
 */
public final class MemoryTopicStore implements TopicStore {

    /** What a message and what a topic take besides the text, in bytes, about. */
    private static final int MESSAGE_BYTES = 120;

    private static final int TOPIC_BYTES = 400;
    private static final int EPOCH_RADIX = 36;

    private record Kept(TopicMessage message, long untilNanos) {
        long bytes() {
            return MESSAGE_BYTES + 2L * message.data().length();
        }
    }

    /** One topic: those who listen, and what is kept. Guarded by the store. */
    private static final class Topic {
        private final String epoch = Long.toString(ThreadLocalRandom.current().nextLong(1L << 50), EPOCH_RADIX);
        private final List<TopicListener> listeners = new ArrayList<>();
        private final Deque<Kept> kept = new ArrayDeque<>();
        private long offset;
        private long bytes = TOPIC_BYTES;

        Position end() {
            return new Position(epoch, offset);
        }
    }

    private final Clock clock;
    private final long mostBytes;
    /** By name, the one that was published to longest ago first. */
    private final Map<String, Topic> topics = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /**
     * A store without topics.
     *
     * @param mostBytes how much all topics may take
     */
    public MemoryTopicStore(Clock clock, long mostBytes) {
        this.clock = clock;
        this.mostBytes = mostBytes;
    }

    @Override
    public synchronized CompletionStage<@Nullable Position> publish(TopicFeed feed, String data) {
        boolean isKept = feed.history().isKept();
        Topic topic = isKept ? topic(feed.channel()) : topics.get(feed.channel());
        if (topic == null) {
            return CompletableFuture.completedFuture(null);
        }
        TopicMessage message = new TopicMessage(isKept ? next(topic) : null, data);
        if (isKept) {
            keep(
                    topic,
                    new Kept(message, clock.nanos() + feed.history().age().toNanos()),
                    feed.history().messages());
        }
        List.copyOf(topic.listeners).forEach(listener -> listener.heard(List.of(message)));
        forgetOld();
        return CompletableFuture.completedFuture(message.position());
    }

    private static Position next(Topic topic) {
        topic.offset++;
        return topic.end();
    }

    private void keep(Topic topic, Kept message, int most) {
        forgetAged(topic);
        topic.kept.add(message);
        grow(topic, message.bytes());
        while (topic.kept.size() > most) {
            grow(topic, -topic.kept.remove().bytes());
        }
    }

    private void grow(Topic topic, long by) {
        topic.bytes += by;
        bytes += by;
    }

    private Topic topic(String name) {
        Topic known = topics.get(name);
        if (known != null) {
            return known;
        }
        Topic made = new Topic();
        topics.put(name, made);
        bytes += made.bytes;
        return made;
    }

    /** Removes topics beyond the bound, those first that began first; of one that is listened to only its messages. */
    private void forgetOld() {
        Iterator<Topic> oldest = topics.values().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            Topic topic = oldest.next();
            if (topic.listeners.isEmpty()) {
                bytes -= topic.bytes;
                oldest.remove();
            } else {
                topic.kept.forEach(message -> grow(topic, -message.bytes()));
                topic.kept.clear();
            }
        }
    }

    private void forgetAged(Topic topic) {
        long now = clock.nanos();
        while (!topic.kept.isEmpty() && topic.kept.element().untilNanos() - now <= 0) {
            grow(topic, -topic.kept.remove().bytes());
        }
    }

    @Override
    public synchronized Listening listen(TopicFeed feed, TopicListener listener) {
        Topic topic = topic(feed.channel());
        topic.listeners.add(listener);
        forgetOld();
        listener.began(feed.history().isKept() ? topic.end() : null, false);
        return () -> end(feed, topic, listener);
    }

    private synchronized void end(TopicFeed feed, Topic topic, TopicListener listener) {
        topic.listeners.remove(listener);
        if (topic.listeners.isEmpty() && !feed.history().isKept() && topics.remove(feed.channel(), topic)) {
            bytes -= topic.bytes;
        }
    }

    @Override
    public synchronized CompletionStage<Replay> replay(TopicFeed feed, @Nullable Position since) {
        if (!feed.history().isKept()) {
            return CompletableFuture.completedFuture(Replay.NOTHING);
        }
        Topic topic = topic(feed.channel());
        forgetAged(topic);
        forgetOld();
        List<TopicMessage> messages = topic.kept.stream().map(Kept::message).toList();
        if (since == null) {
            return CompletableFuture.completedFuture(new Replay(false, messages, topic.end()));
        }
        long first = messages.isEmpty() ? topic.offset + 1 : offset(messages.getFirst());
        boolean recovered =
                since.epoch().equals(topic.epoch) && since.offset() <= topic.offset && since.offset() + 1 >= first;
        List<TopicMessage> missed = !recovered
                ? List.of()
                : messages.stream()
                        .filter(message -> offset(message) > since.offset())
                        .toList();
        return CompletableFuture.completedFuture(new Replay(recovered, missed, topic.end()));
    }

    private static long offset(TopicMessage message) {
        return Objects.requireNonNull(message.position(), "what is kept has a position")
                .offset();
    }

    @Override
    public synchronized CompletionStage<Replay> newest(TopicFeed feed) {
        if (!feed.history().isKept()) {
            return CompletableFuture.completedFuture(Replay.NOTHING);
        }
        Topic topic = topic(feed.channel());
        forgetAged(topic);
        Kept last = topic.kept.peekLast();
        return CompletableFuture.completedFuture(
                new Replay(false, last == null ? List.of() : List.of(last.message()), topic.end()));
    }
}
