package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.limit.shared.AnsweredLimitStore;
import app.rcommerce.gateway.limit.shared.DividedLimitStore;
import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.server.about.NodeName;
import app.rcommerce.gateway.server.admin.operations.GatewayOperations;
import app.rcommerce.gateway.server.admin.operations.SocketOperations;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.backend.NodeCount;
import app.rcommerce.gateway.server.events.StandingTopics;
import app.rcommerce.gateway.server.events.hub.Hub;
import app.rcommerce.gateway.server.events.presence.Presences;
import app.rcommerce.gateway.server.jobs.Jobs;
import app.rcommerce.gateway.server.jobs.QueueWorkers;
import app.rcommerce.gateway.server.memory.ContentBudget;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.metrics.GatewayMetrics;
import app.rcommerce.gateway.server.proxy.Fills;
import app.rcommerce.gateway.server.proxy.idempotent.Idempotency;
import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.RedisEvents;
import app.rcommerce.gateway.server.refusals.RefusalSearch;
import app.rcommerce.gateway.server.sockets.OpenSockets;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.server.upkeep.ReplyPurge;
import app.rcommerce.gateway.server.upkeep.Upkeep;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.Clock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that all configurations of a process share, wired once at the start: the stores with what stands in front
 * of them, the count of nodes, and replies on their way into the cache. Safe for any thread.
 */
final class SharedParts {

    private static final Logger LOG = LoggerFactory.getLogger(SharedParts.class);
    /** Replies on their way into the cache take an eighth of the heap at most. */
    private static final int HEAP_PARTS_FOR_FILLS = 8;
    /** Large stored replies on their way to clients take an eighth of the heap at most. */
    private static final int HEAP_PARTS_FOR_CONTENT = 8;
    /** Requests that clients have sent ahead take a 32nd of the heap at most. */
    private static final int HEAP_PARTS_FOR_SENT_AHEAD = 32;
    /** Connections of clients and requests under way take a quarter of the heap at most. */
    private static final int HEAP_PARTS_FOR_CLIENTS = 4;
    /** Messages of topics that wait for clients take as much as an eighth of the heap at most. */
    private static final int HEAP_PARTS_FOR_EVENTS = 8;
    /** How often, and each time for how long, a stop waits for the ends of sockets to be recorded: a second in all. */
    private static final int MOST_WAITS = 100;

    private static final int WAIT_MILLIS = 10;

    private final Transport transport;
    private final Clock clock;
    private final GatewayMetrics metrics;
    private final Backend backend;
    /**
     * The stores from which permits are leased where counts are shared: for sliding windows and for windows of the
     * calendar.
     */
    private final List<LeasingLimitStore> leases;
    /** The stores of both kinds of counts in Redis, as one; null where there is no Redis. */
    private final @Nullable DividedLimitStore divided;

    private final OpenSockets openSockets;
    private final NodeCount nodes;
    private final Policies.Shared shared;
    private final BanAnnouncer announcer;
    private final Fills fills;
    private final ContentBudget contents;
    private final Hub hub;
    private final StandingTopics standing;
    private final ReplyPurge purge;
    private final QueueWorkers workers;
    private final Upkeep upkeep;
    private final Jobs jobs;
    private final Idempotency idempotency;
    private final MemoryBudget sentAhead = MemoryBudget.ofHeap(HEAP_PARTS_FOR_SENT_AHEAD);
    private final MemoryBudget clientMemory = MemoryBudget.ofHeap(HEAP_PARTS_FOR_CLIENTS);

    /**
     * Wires the parts that the first configuration asks for.
     *
     * @param queues the queues where there is no Redis
     * @param atLeast how many nodes there are at least, by the configuration in force
     */
    SharedParts(
            GatewayConfig config,
            Transport transport,
            Clock clock,
            GatewayMetrics metrics,
            JobStore queues,
            IntSupplier atLeast) {
        this.transport = transport;
        this.clock = clock;
        this.metrics = metrics;
        this.backend = backend(config, queues);
        this.nodes = new NodeCount(nodesFile(config), atLeast, backend::nodes, clock);
        Stores stores = backend.stores();
        boolean strict = config.cache().consistency() == CacheConfig.Consistency.STRICT;
        boolean inMemory = config.cache().type() == CacheConfig.Type.MEMORY;
        this.leases = inMemory || strict ? List.of() : List.of(leasing(stores.limits()), leasing(stores.windows()));
        this.divided = inMemory
                ? null
                : leases.isEmpty()
                        ? new DividedLimitStore(answered(stores.limits()), answered(stores.windows()), clock, false)
                        : new DividedLimitStore(leases.getFirst(), leases.getLast(), clock, true);
        LimitStore limits = divided == null ? stores.limits() : divided;
        Near near = new Near(backend.tracking(), config.cache().nearTtl(), strict);
        this.shared = new Policies.Shared(
                limits,
                stores.slots(),
                new LocalQuotas(clock, Stores.limitBytes()),
                new MemoryConcurrencyStore(),
                nodes::nodes,
                new NearBlockList(stores.blocks(), near, clock),
                new NearRevocations(stores.revocations(), near, clock),
                new NearSessions(stores.sessions(), near, clock),
                stores.sockets(),
                new NearReplies(stores.replies(), near, clock, ReplyMemory.near(config.cache())),
                stores.entryTickets(),
                clock,
                metrics);
        this.openSockets = new OpenSockets(
                stores.sockets(),
                OpenSockets.Rules.of(config.cache(), NodeName.text()),
                // It may have failed for something else, such as a command that its user may not send.
                () -> backend.state() != Backend.State.RECONNECTING,
                metrics.store()::socketRecord,
                clock);
        this.announcer = new BanAnnouncer(backend.nodeChannel(), metrics);
        MemoryBudget fillMemory = MemoryBudget.ofHeap(HEAP_PARTS_FOR_FILLS);
        this.fills = new Fills(shared.replies(), clock, fillMemory);
        metrics.memory("fills", fillMemory::used, fillMemory::most);
        MemoryBudget contentMemory = MemoryBudget.ofHeap(HEAP_PARTS_FOR_CONTENT);
        this.contents = new ContentBudget(contentMemory);
        metrics.memory("answers", contentMemory::used, contentMemory::most);
        MemoryBudget eventMemory = MemoryBudget.ofHeap(HEAP_PARTS_FOR_EVENTS);
        MemoryBudget jobMemory = MemoryBudget.ofHeap(Handler.Enqueue.HEAP_PARTS);
        metrics.memory("jobs", jobMemory::used, jobMemory::most);
        this.purge = new ReplyPurge(backend, this::purging);
        this.workers = new QueueWorkers(stores.jobs(), metrics.jobs(), transport, purge, NodeName.unique(), clock);
        this.upkeep = new Upkeep(stores.jobs(), clock, workers::wake);
        this.jobs = new Jobs(stores.jobs(), metrics.jobs(), jobMemory, clock, workers::wake);
        MemoryBudget idempotencyMemory = MemoryBudget.ofHeap(IdempotencyRule.HEAP_PARTS);
        metrics.memory("idempotency", idempotencyMemory::used, idempotencyMemory::most);
        this.idempotency = new Idempotency(stores.idempotency(), idempotencyMemory, metrics.idempotency());
        this.standing = new StandingTopics(stores.topics());
        this.hub = new Hub(
                stores.topics(),
                new Presences(stores.presence(), NodeName.unique()),
                eventMemory,
                metrics.events(),
                transport::outbox);
        metrics.lostTopics(hub::lostTopics);
        metrics.memory("events", eventMemory::used, eventMemory::most);
        metrics.memory("sent_ahead", sentAhead::used, sentAhead::most);
        metrics.memory("clients", clientMemory::used, clientMemory::most);
        if (config.cache().maxEntryBytes() > fills.mostEntryBytes()) {
            LOG.warn(
                    "cache.max_entry_size: replies of more than {} bytes are not stored with this heap (expected: a larger GATEWAY_HEAP for {})",
                    fills.mostEntryBytes(),
                    config.cache().maxEntryBytes());
        }
        backend.nodeChannel().listen(ReplyPurge.TOPIC, new PurgeListener(this::purging));
        backend.nodeChannel().listen(SocketOperations.CLOSE, new SocketListener(openSockets));
        DividedLimitStore both = divided;
        if (both != null && !leases.isEmpty()) {
            backend.nodeChannel()
                    .listen(GatewayOperations.LIMIT_RESET, new ResetListener(leases, both, shared.localQuotas()));
        }
        measure(config.cache());
    }

    private void measure(CacheConfig config) {
        metrics.store()
                .state(
                        Arrays.stream(Backend.State.values())
                                .map(Backend.State::text)
                                .toList(),
                        () -> backend.state().text());
        metrics.store().nodes(nodes::nodes, backend::nodes);
        CacheConfig.RedisConfig redis = config.redis();
        if (redis != null) {
            int most =
                    redis.pool().maxConnections() * Math.max(1, redis.cluster().size());
            metrics.store().pool(backend::connectionsInUse, () -> most);
        }
        if (backend instanceof RedisBackend connected) {
            metrics.store().tracking(connected::isTracking);
            metrics.store().memory(connected::memoryUsed, connected::memoryMost);
            metrics.store().evictions(connected::evictedKeys);
            metrics.store().notUnderstood(RedisBackend.kindsOfValues());
            metrics.store().redisCommands(RedisBackend.operations(), RedisEvents.OUTCOMES);
        }
        if (!leases.isEmpty()) {
            metrics.store()
                    .nearDecisions(() -> leases.stream()
                            .mapToLong(LeasingLimitStore::nearDecisions)
                            .sum());
        }
    }

    Backend backend() {
        return backend;
    }

    /** The WebSockets that are open on this node. */
    OpenSockets openSockets() {
        return openSockets;
    }

    /** Waits a moment until the ends of sockets that have been closed are recorded. */
    void recordEnds() throws InterruptedException {
        for (int i = 0; i < MOST_WAITS && openSockets.isEnding(); i++) {
            Thread.sleep(WAIT_MILLIS);
        }
    }

    /** How many other nodes share the store at least, for the search among them. */
    int otherNodes() {
        int counted = backend.nodes() - 1;
        // A node that has just started is not counted by others yet, nor counts them.
        return divided == null ? 0 : counted < 1 ? RefusalSearch.UNCOUNTED : counted;
    }

    NodeCount nodes() {
        return nodes;
    }

    /** What the policies of all configurations share. */
    Policies.Shared shared() {
        return shared;
    }

    /** What the bans of all configurations share. */
    Bans.Dependencies bans() {
        return new Bans.Dependencies(
                backend.stores().limits(), backend.stores().blocks(), shared.blocks(), clock, announcer);
    }

    /** Replies on their way into the cache. */
    Fills fills() {
        return fills;
    }

    /** The bound on large answers of our own that clients have not taken yet. */
    ContentBudget contents() {
        return contents;
    }

    /** The topics that are heard whether there are clients or not. */
    StandingTopics standingTopics() {
        return standing;
    }

    /** What puts requests into queues. */
    Jobs jobs() {
        return jobs;
    }

    /** What requests with idempotency keys need. */
    Idempotency idempotency() {
        return idempotency;
    }

    /** The workers of this node. */
    QueueWorkers workers() {
        return workers;
    }

    /** The removal of stored replies. */
    ReplyPurge purge() {
        return purge;
    }

    /** The queue of the gateway's own work. */
    Upkeep upkeep() {
        return upkeep;
    }

    /** The topics that are heard on this node. */
    Hub hub() {
        return hub;
    }

    /** The bound on requests that clients have sent ahead and that are not served yet. */
    MemoryBudget sentAhead() {
        return sentAhead;
    }

    /** The bound on what connections of clients and requests under way take of the heap. */
    MemoryBudget clientMemory() {
        return clientMemory;
    }

    /** Makes what this node holds or fetches at the moment unusable, since a purge has been ordered. */
    private void purging() {
        fills.purged();
        shared.replies().forgetAll();
    }

    /** Hands every periodic task to the runner, with its period in milliseconds. */
    void chores(Runner runner) {
        if (!leases.isEmpty()) {
            runner.repeat(
                    "the sweep of leases",
                    LeasingLimitStore.SWEEP_MILLIS,
                    () -> leases.forEach(LeasingLimitStore::sweep));
        }
        runner.repeat("who is told to hear topics", Presences.TELL_MILLIS, hub.presences()::tell);
        runner.repeat("the look after jobs", QueueWorkers.LOOK_MILLIS, workers::look);
        runner.repeat("the records of open sockets", OpenSockets.LOOK_MILLIS, openSockets::look);
        runner.repeat("the count of nodes", NodeCount.LOOK_MILLIS, nodes::look);
        if (divided != null) {
            runner.repeat(
                    "what is told of local quotas",
                    LocalQuotas.TELL_MILLIS,
                    () -> shared.localQuotas().tellAll(shared.limits()));
        }
    }

    /** The runner of periodic tasks. */
    interface Runner {
        /** Runs the task every so many milliseconds, also after it has failed. */
        void repeat(String name, long millis, Runnable task);
    }

    private static @Nullable Path nodesFile(GatewayConfig config) {
        String file = config.cache().nodes().file();
        boolean shared = config.cache().type() == CacheConfig.Type.REDIS;
        if (!shared || file.equals(CacheConfig.Nodes.NONE)) {
            return null;
        }
        Path main = config.files().getFirst().toAbsolutePath();
        return file.isEmpty() ? main.resolveSibling(main.getFileName() + ".nodes") : main.resolveSibling(file);
    }

    private AnsweredLimitStore answered(LeaseStore store) {
        return new AnsweredLimitStore(store, clock, Stores.limitBytes() / 4);
    }

    private LeasingLimitStore leasing(LeaseStore store) {
        return new LeasingLimitStore(store, nodes::nodes, clock, Stores.limitBytes() / 2);
    }

    private Backend backend(GatewayConfig whole, JobStore queues) {
        CacheConfig config = whole.cache();
        return config.type() == CacheConfig.Type.REDIS
                ? RedisBackend.connect(
                        config,
                        new RedisBackend.Needs(whole.auth().session() != null),
                        transport,
                        clock,
                        new RedisMeters(metrics.store()))
                : Backend.memory(clock, ReplyMemory.stored(config), queues);
    }

    /** Returns the leased permits to the store; to be called once no request is under way. */
    void returnLeases() {
        leases.forEach(LeasingLimitStore::close);
    }
}
