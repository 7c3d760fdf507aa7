package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.server.events.presence.Presences;
import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The topics that are heard on this node, and everybody who hears them. Safe for any thread. */
public final class Hub {

    private final TopicStore store;
    private final Presences presences;
    private final MemoryBudget budget;
    private final EventsMeter meter;
    private final Function<EventLoop, Outbox> outboxes;
    private final Map<TopicFeed, HeardTopic> topics = new ConcurrentHashMap<>();
    private final Map<EventLoop, LoopTopics> loops = new ConcurrentHashMap<>();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

    /**
     * A hub that hears nothing yet.
     *
     * @param presences who is there, on topics of which that is counted
     * @param budget what all bytes are taken from that wait for clients
     * @param outboxes of the event loops
     */
    public Hub(
            TopicStore store,
            Presences presences,
            MemoryBudget budget,
            EventsMeter meter,
            Function<EventLoop, Outbox> outboxes) {
        this.store = store;
        this.presences = presences;
        this.budget = budget;
        this.meter = meter;
        this.outboxes = outboxes;
    }

    /** The store of the topics. */
    public TopicStore store() {
        return store;
    }

    /** Who is there, on topics of which that is counted. */
    public Presences presences() {
        return presences;
    }

    /** What is told of everything. */
    public EventsMeter meter() {
        return meter;
    }

    /** The bound on what waits for all clients together. */
    public MemoryBudget budget() {
        return budget;
    }

    /** The outbox of an event loop. */
    public Outbox outbox(EventLoop loop) {
        return outboxes.apply(loop);
    }

    LoopTopics loop(EventLoop loop) {
        return loops.computeIfAbsent(loop, one -> new LoopTopics(this, one));
    }

    void attach(Lane lane) {
        while (true) {
            HeardTopic topic = topics.computeIfAbsent(lane.feed(), feed -> {
                meter.topics(1);
                return new HeardTopic(this, feed);
            });
            if (topic.attach(lane)) {
                topic.listen(store);
                return;
            }
            forget(topic);
        }
    }

    void detach(Lane lane) {
        HeardTopic topic = lane.topic();
        if (topic != null && topic.detach(lane)) {
            forget(topic);
        }
    }

    private void forget(HeardTopic topic) {
        if (topics.remove(topic.feed(), topic)) {
            meter.topics(-1);
        }
    }

    void came(Subscriber subscriber) {
        subscribers.add(subscriber);
    }

    void left(Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    /** Everybody who hears topics on this node. */
    public Iterable<Subscriber> subscribers() {
        return subscribers;
    }

    /**
     * A topic that is heard.
     *
     * @param state {@code live}, {@code lost} while messages may be missed, or {@code waiting}
     */
    public record Heard(
            String topic,
            int clients,
            String state,
            @Nullable String position) {

        /** The topic as its listener knows it: whether it has begun, whether it is lost, and where it stands. */
        public static Heard of(String topic, int clients, boolean live, boolean lost, @Nullable Position end) {
            String state = lost ? "lost" : live ? "live" : "waiting";
            return new Heard(topic, clients, state, end == null ? null : end.toString());
        }
    }

    /** The topics that are heard here, and by how many clients. */
    public List<Heard> heard() {
        return topics.values().stream()
                .map(HeardTopic::view)
                .sorted(Comparator.comparing(Heard::topic))
                .toList();
    }

    /** How many of the topics that are heard here may miss messages at the moment. */
    public long lostTopics() {
        return topics.values().stream().filter(HeardTopic::isLost).count();
    }
}
