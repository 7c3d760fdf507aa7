package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.limit.slot.LeasingConcurrencyStore;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.ConnectionOptions;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.link.MasterMonitor;
import app.rcommerce.gateway.server.redis.push.PushOptions;
import app.rcommerce.gateway.server.redis.store.Heartbeat;
import app.rcommerce.gateway.server.redis.store.RedisNodeChannel;
import app.rcommerce.gateway.server.redis.store.RedisStores;
import app.rcommerce.gateway.server.redis.store.TrackedKeys;
import app.rcommerce.gateway.server.redis.store.Unreadable;
import app.rcommerce.gateway.server.redis.topic.RedisTopicStore;
import app.rcommerce.gateway.server.redis.tracking.ChannelListener;
import app.rcommerce.gateway.server.redis.tracking.RedisTracking;
import app.rcommerce.gateway.server.redis.tracking.TrackingOptions;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.time.Durations;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend on Redis 6.0 or newer, or Valkey: one server, a cluster, or servers found through sentinels, on the
 * gateway's own event loops. A call that Redis does not answer within the configured deadline fails with
 * {@code StoreUnavailable}; while Redis is known to be away every call fails at once, and within a second of its return
 * calls pass again. Safe for any thread.
 */
public final class RedisBackend implements Backend {

    private static final Logger LOG = LoggerFactory.getLogger(RedisBackend.class);

    private final ExecutorService executor;
    private final Link link;
    private final CommandDispatcher dispatcher;
    private final MasterMonitor monitor;
    private final MemoryMonitor memory;
    private final Heartbeat heartbeat;
    private final RedisNodeChannel nodeChannel;
    private final RedisTracking tracking;
    private final LeasingConcurrencyStore slots;
    private final RedisTopicStore topics;
    private final Future<?> sweeping;
    private final Stores stores;

    /**
     * What a gateway needs of Redis beside what it always does.
     *
     * @param sessions whether changes of login sessions are told
     */
    public record Needs(boolean sessions) {

        /** All there is. */
        public static final Needs ALL = new Needs(true);
    }

    private RedisBackend(
            CacheConfig cache, RedisConfig redis, Needs needs, Transport transport, Clock clock, RedisEvents events) {
        String place = Settings.place(redis);
        this.executor = Executors.newCachedThreadPool(new DefaultThreadFactory("redis", true));
        this.link = new Link(Settings.of(redis, transport, executor), (state, detail) -> {
            if (state == State.CONNECTED) {
                LOG.info("redis {}: {}", place, state);
            } else {
                LOG.warn("redis {}: {}, {}", place, state, detail);
            }
            events.stateChanged(state, detail);
        });
        this.dispatcher =
                new CommandDispatcher(link, redis, connections(redis, transport), transport.group(), clock, events);
        KeyTemplates keys = cache.keys();
        EventLoop loop = transport.group().next();
        Master.PingTimeout timeouts = new Master.PingTimeout(redis.commandTimeout(), redis.deadline(), clock::nanos);
        this.monitor = new MasterMonitor(link, loop, timeouts);
        this.memory = new MemoryMonitor(link, dispatcher, loop, redis.database());
        this.heartbeat = new Heartbeat(link, dispatcher, loop, keys);
        this.nodeChannel = new RedisNodeChannel(dispatcher, keys);
        TrackedKeys tracked = new TrackedKeys(keys, tracked(cache, needs));
        PushOptions push = push(redis, transport, clock, "tracking");
        this.tracking = new RedisTracking(
                link,
                clock,
                new TrackingOptions(push, tracked.prefixes(), nodeChannel.channel(), fallback(cache)),
                tracked::read,
                new ChannelListener(nodeChannel::begun, nodeChannel::arrived));
        RedisStores all = new RedisStores(
                link, dispatcher, keys, cache.socketRecords(), clock, new Unreadable(events::notUnderstood));
        this.slots = new LeasingConcurrencyStore(all.ledger(heartbeat.self()), clock);
        this.sweeping = new Chore("the sweep of slots", slots::sweep)
                .every(
                        transport.group().next(),
                        LeasingConcurrencyStore.SWEEP_MILLIS,
                        LeasingConcurrencyStore.SWEEP_MILLIS);
        this.topics = new RedisTopicStore(
                link,
                dispatcher,
                push(redis, transport, clock, "topics"),
                all.topicKeys(),
                heartbeat.self(),
                nodeChannel,
                !redis.cluster().isEmpty());
        this.stores = all.with(
                slots, topics, redis.ttl().rateLimit(), !redis.cluster().isEmpty());
    }

    /**
     * The kinds of keys that near copies hold, and whose changes are tracked. Remembered refusals must be dropped when
     * they are lifted, also where each request asks the store. Replies are tracked in any case, since caching may be
     * turned on while this runs.
     */
    private static Set<Tracking.Kind> tracked(CacheConfig cache, Needs needs) {
        Set<Tracking.Kind> kinds = EnumSet.allOf(Tracking.Kind.class);
        if (cache.nearBytes() == 0 || cache.consistency() == CacheConfig.Consistency.STRICT) {
            kinds.remove(Tracking.Kind.REPLY);
        }
        if (!needs.sessions()) {
            // The platform may write them with every request.
            kinds.remove(Tracking.Kind.SESSION);
        }
        return kinds;
    }

    private static ConnectionOptions connections(RedisConfig redis, Transport transport) {
        return new ConnectionOptions(
                transport.clientChannel(),
                Settings.tls(redis),
                Settings.greetings(redis),
                redis.pool().connectionTimeout());
    }

    private static PushOptions push(RedisConfig redis, Transport transport, Clock clock, String role) {
        return new PushOptions(
                transport.group().next(),
                transport.clientChannel(),
                Settings.tls(redis),
                Settings.greeting(redis, role),
                redis.cluster().isEmpty() ? redis.database() : 0,
                clock::nanos);
    }

    /** What holds while Redis does not tell of changes. */
    private static String fallback(CacheConfig cache) {
        return cache.consistency() == CacheConfig.Consistency.STRICT
                ? "consistency = strict"
                : "near_ttl = " + Durations.format(cache.nearTtl());
    }

    /**
     * Begins to connect and returns at once, whether Redis is there or not; until it is, calls fail at once.
     *
     * @param cache with {@code redis} present
     * @param transport the event loops, which must outlive the backend
     * @param clock for durations and dates
     * @param events hears of commands and of changes of state
     */
    public static RedisBackend connect(
            CacheConfig cache, Needs needs, Transport transport, Clock clock, RedisEvents events) {
        RedisConfig redis = cache.redis();
        if (redis == null) {
            throw new IllegalArgumentException("cache.redis: absent (expected: present for cache_type = \"Redis\")");
        }
        RedisBackend backend = new RedisBackend(cache, redis, needs, transport, clock, events);
        backend.link.start();
        backend.dispatcher.start();
        backend.monitor.start();
        backend.heartbeat.start();
        backend.memory.start();
        backend.tracking.start();
        backend.topics.start();
        return backend;
    }

    @Override
    public Stores stores() {
        return stores;
    }

    @Override
    public Tracking tracking() {
        return tracking;
    }

    @Override
    public String trackingText() {
        return tracking.text();
    }

    @Override
    public boolean isTrackingSettled() {
        return tracking.isActive() || tracking.isRefused();
    }

    /** Whether every change is notified at present. */
    public boolean isTracking() {
        return tracking.isActive();
    }

    @Override
    public NodeChannel nodeChannel() {
        return nodeChannel;
    }

    @Override
    public int nodes() {
        return heartbeat.nodes();
    }

    @Override
    public State state() {
        return link.status().state();
    }

    @Override
    public String detail() {
        return link.status().detail();
    }

    @Override
    public CompletionStage<State> probe() {
        return monitor.probe().thenApply(Link.Status::state);
    }

    /** How many calls are sent and not yet answered. */
    public int inFlight() {
        return dispatcher.inFlight();
    }

    CommandDispatcher dispatcher() {
        return dispatcher;
    }

    Link link() {
        return link;
    }

    /** Bytes that the fullest master uses, as last seen; 0 while unknown. */
    public long memoryUsed() {
        return memory.memory().used();
    }

    /** Bytes that this master may use; 0 while unknown or where there is no bound. */
    public long memoryMost() {
        return memory.memory().most();
    }

    @Override
    public long evictedKeys() {
        return memory.evicted();
    }

    /** The operations of which {@link RedisEvents#command} tells. */
    public static List<String> operations() {
        return CommandPurpose.labels();
    }

    /** The kinds of values that others write, of which {@link RedisEvents#notUnderstood} tells. */
    public static List<String> kindsOfValues() {
        return Unreadable.KINDS;
    }

    @Override
    public int connectionsInUse() {
        return dispatcher.connectionsInUse();
    }

    @Override
    public void close() {
        sweeping.cancel(false);
        slots.close();
        topics.close();
        memory.close();
        heartbeat.close();
        monitor.close();
        tracking.close();
        dispatcher.close();
        link.close();
        executor.shutdown();
    }
}
