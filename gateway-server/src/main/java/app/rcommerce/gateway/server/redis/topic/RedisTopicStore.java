package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.push.PushConnection;
import app.rcommerce.gateway.server.redis.push.PushOptions;
import app.rcommerce.gateway.server.redis.topic.replay.Replays;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of all nodes, in Redis. Each master has one connection that is subscribed to the channels of its topics,
 * however many listen. Safe for any thread; listeners are told on one event loop.
 */
public final class RedisTopicStore
        implements TopicStore, TopicConnection.Owner, HeardTopic.Surroundings, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisTopicStore.class);

    /** What nodes tell each other when one asks who hears a channel. */
    private static final String ASK = "topic-show";

    /** Messages that wait for their places, of all topics, in characters. */
    private static final long MOST_WAITING = 32 << 20;
    /** How long, and how many, topics are heard to which nobody listens any more. */
    private static final Duration LONGEST_LINGER = Duration.ofMinutes(10);

    private static final int MOST_LINGERING = 10_000;
    /** How often it is looked whether each topic is heard where its master is now. */
    private static final int TICKS_TO_A_LOOK = 10;

    /** So many replays are read at the same time, and so many wait for that. */
    private static final int MOST_REPLAYS = 8;

    private static final int MOST_WAITING_REPLAYS = 10_000;

    private final Link link;
    private final CommandDispatcher dispatcher;
    private final PushOptions options;
    private final TopicKeys keys;
    private final String node;
    private final NodeChannel nodes;
    private final boolean cluster;
    private final Map<Master, TopicConnection> connections = new HashMap<>();
    private final Map<String, HeardTopic> topics = new HashMap<>();
    private final List<HeardTopic> dirty = new ArrayList<>();
    /** Topics to which nobody listens any more, the one that was left longest ago first. */
    private final Map<HeardTopic, Long> lingering = new LinkedHashMap<>();

    private int ticks;
    private volatile @Nullable ScheduledFuture<?> timer;
    private final Replays replays = new Replays(MOST_REPLAYS, MOST_WAITING_REPLAYS);
    private long waiting;
    private boolean closed;

    /**
     * A store of topics that hears none yet.
     *
     * @param node the name of this node, which no other has
     * @param cluster whether there are several masters
     */
    public RedisTopicStore(
            Link link,
            CommandDispatcher dispatcher,
            PushOptions options,
            TopicKeys keys,
            String node,
            NodeChannel nodes,
            boolean cluster) {
        this.link = link;
        this.dispatcher = dispatcher;
        this.options = options;
        this.keys = keys;
        this.node = node;
        this.nodes = nodes;
        this.cluster = cluster;
        nodes.listen(ASK, this::asked);
    }

    /** Begins to look after the connections. */
    public void start() {
        timer = new Chore("the connections of topics", this::tick).every(options.loop(), 0, PushConnection.TICK_MILLIS);
    }

    @Override
    public CompletionStage<@Nullable Position> publish(TopicFeed feed, String data) {
        if (!feed.history().isKept()) {
            return CommandResults.read(
                    dispatcher.ask(Command.of(
                            CommandPurpose.TOPIC_PUBLISH,
                            keys.state(feed),
                            RedisCommands.PUBLISH,
                            StringCodec.INSTANCE,
                            feed.channel(),
                            data)),
                    answer -> null);
        }
        return CommandResults.read(
                dispatcher.ask(TopicScripts.PUBLISH.callOnTwo(
                        CommandPurpose.TOPIC_PUBLISH,
                        keys.state(feed),
                        keys.history(feed),
                        TopicScripts.epoch(),
                        TopicScripts.most(feed.history()),
                        TopicScripts.age(feed.history()),
                        TopicScripts.stateLife(feed.history()),
                        feed.channel(),
                        data,
                        feed.reliable() && cluster ? "SPUBLISH" : "PUBLISH")),
                answer -> answer instanceof List<?> list && list.size() == 2
                        ? Position.parse(list.get(0) + "." + list.get(1))
                        : null);
    }

    @Override
    public CompletionStage<Replay> replay(TopicFeed feed, @Nullable Position since) {
        return replay(feed, since, Integer.MAX_VALUE);
    }

    @Override
    public CompletionStage<Replay> newest(TopicFeed feed) {
        return replay(feed, null, 1);
    }

    private CompletionStage<Replay> replay(TopicFeed feed, @Nullable Position since, int most) {
        return replays.ask(new Replays.Wanted(feed, since, most), () -> read(feed, since, most));
    }

    private CompletionStage<Replay> read(TopicFeed feed, @Nullable Position since, int most) {
        return CommandResults.read(
                dispatcher.ask(TopicScripts.REPLAY.callOnTwo(
                        CommandPurpose.TOPIC_REPLAY,
                        keys.state(feed),
                        keys.history(feed),
                        since == null ? "" : since.epoch(),
                        since == null ? "" : Long.toString(since.offset()),
                        TopicScripts.age(feed.history()),
                        TopicScripts.MOST_BYTES,
                        Integer.toString(Math.min(most, feed.history().messages())))),
                RedisTopicStore::replayed);
    }

    private static Replay replayed(@Nullable Object answer) {
        if (!(answer instanceof List<?> list) || list.size() < 3) {
            return Replay.NOTHING;
        }
        String epoch = TopicAnswers.text(list, 1);
        Position end = Position.parse(epoch + "." + list.get(2));
        List<TopicMessage> messages = new ArrayList<>((list.size() - 3) / 2);
        for (int i = 3; i + 1 < list.size(); i += 2) {
            Position position = Position.parse(epoch + "." + list.get(i));
            if (position != null) {
                messages.add(new TopicMessage(position, TopicAnswers.text(list, i + 1)));
            }
        }
        return new Replay(TopicAnswers.number(list, 0) == 1, messages, end);
    }

    @Override
    public Listening listen(TopicFeed feed, TopicListener listener) {
        onLoop(() -> {
            HeardTopic topic = topics.computeIfAbsent(feed.channel(), added -> new HeardTopic(feed, this));
            lingering.remove(topic);
            topic.add(feed, listener);
            connect(topic);
        });
        return () -> onLoop(() -> end(feed, listener));
    }

    private void onLoop(Runnable work) {
        if (loop().inEventLoop()) {
            work.run();
        } else {
            loop().execute(work);
        }
    }

    /** Goes on to hear the topic for as long as what is kept of it, or a while: its clients may be back by then. */
    private void end(TopicFeed feed, TopicListener listener) {
        HeardTopic topic = topics.get(feed.channel());
        if (topic == null) {
            return;
        }
        topic.remove(listener);
        if (topic.isListenedTo()) {
            return;
        }
        Duration age = feed.history().age();
        Duration linger = age.compareTo(LONGEST_LINGER) < 0 ? age : LONGEST_LINGER;
        long until = options.nanos().getAsLong() + linger.toNanos();
        lingering.remove(topic);
        lingering.put(topic, until);
        if (lingering.size() > MOST_LINGERING) {
            leave(lingering.keySet().iterator().next());
        }
        loop().schedule(() -> leaveIfDue(topic, until), linger.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void leaveIfDue(HeardTopic topic, long until) {
        Long due = lingering.get(topic);
        if (due != null && due == until) {
            leave(topic);
        }
    }

    private void leave(HeardTopic topic) {
        lingering.remove(topic);
        topics.remove(topic.feed().channel(), topic);
        topic.leave();
    }

    private void connect(HeardTopic topic) {
        Master home = link.master(keys.state(topic.feed()));
        if (home == null || closed) {
            return;
        }
        TopicConnection connection =
                connections.computeIfAbsent(home, added -> new TopicConnection(added, options, this));
        if (connection.isReady()) {
            topic.hearOn(connection);
        }
    }

    private void tick() {
        if (closed) {
            return;
        }
        Set<Master> masters = Set.copyOf(link.masters());
        connections.entrySet().removeIf(each -> {
            boolean gone = !masters.contains(each.getKey());
            if (gone) {
                each.getValue().close();
            }
            return gone;
        });
        List.copyOf(connections.values()).forEach(TopicConnection::tick);
        if (ticks++ % TICKS_TO_A_LOOK == 0) {
            topics.values().forEach(this::connect);
        }
    }

    @Override
    public void ready(TopicConnection connection) {
        topics.values().forEach(this::connect);
    }

    @Override
    public void lost(TopicConnection connection) {
        topics.values().forEach(topic -> topic.connectionLost(connection));
    }

    @Override
    public void message(String channel, String data) {
        HeardTopic topic = topics.get(channel);
        if (topic == null) {
            return;
        }
        if (ByteBufUtil.utf8Bytes(data) > TopicMessage.LONGEST) {
            LOG.warn(
                    "topic {}: a message of {} characters is told as a gap (expected: {} bytes at most)",
                    channel,
                    data.length(),
                    TopicMessage.LONGEST);
            topic.unheard();
            return;
        }
        topic.message(data);
        dirty.add(topic);
    }

    @Override
    public void moved(TopicConnection connection, String channel) {
        HeardTopic topic = topics.get(channel);
        if (topic != null) {
            topic.shardMoved(connection);
        }
    }

    @Override
    public boolean isCluster() {
        return cluster;
    }

    @Override
    public void quiet() {
        dirty.forEach(HeardTopic::quiet);
        dirty.clear();
    }

    private void asked(String channel) {
        onLoop(() -> {
            HeardTopic topic = topics.get(channel);
            if (topic != null) {
                topic.show();
            }
        });
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public TopicKeys keys() {
        return keys;
    }

    @Override
    public EventLoop loop() {
        return options.loop();
    }

    @Override
    public void askOthers(String channel) {
        nodes.publish(ASK, channel);
    }

    @Override
    public boolean reserve(int bytes) {
        if (waiting + bytes > MOST_WAITING) {
            return false;
        }
        waiting += bytes;
        return true;
    }

    @Override
    public void release(long bytes) {
        waiting -= bytes;
    }

    @Override
    public void close() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        loop().execute(() -> {
            topics.values().forEach(HeardTopic::leave);
            topics.clear();
            closed = true;
            connections.values().forEach(PushConnection::close);
            connections.clear();
        });
    }
}
