package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.limit.lease.AnsweredLimitStore;
import app.rcommerce.gateway.limit.lease.DividedLimitStore;
import app.rcommerce.gateway.limit.lease.LeasingLimitStore;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.server.admin.operations.GatewayOperations;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.backend.NodeCount;
import app.rcommerce.gateway.server.metrics.GatewayMetrics;
import app.rcommerce.gateway.server.proxy.Fills;
import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.transport.MemoryBudget;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.time.Clock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all configurations of a process share, wired once at the start: the stores with what stands in front of them,
 * the count of nodes, and replies on their way into the cache. Safe for any thread.
 */
final class SharedParts {

    private static final Logger LOG = LoggerFactory.getLogger(SharedParts.class);
    /** Replies on their way into the cache take an eighth of the heap at most. */
    private static final int HEAP_PARTS_FOR_FILLS = 8;

    private final Transport transport;
    private final Clock clock;
    private final GatewayMetrics metrics;
    private final Backend backend;
    /** Where counts are shared, permits are leased from there: of windows that slide and of those of the calendar. */
    private final List<LeasingLimitStore> leases;
    /** Both kinds of counts in Redis; null where there is none. */
    private final @Nullable DividedLimitStore divided;

    private final NodeCount nodes;
    private final Policies.Shared shared;
    private final BanAnnouncer announcer;
    private final Fills fills;

    /**
     * Wires what the first configuration says.
     *
     * @param atLeast how many nodes there are at least, by the configuration in force
     */
    SharedParts(GatewayConfig config, Transport transport, Clock clock, GatewayMetrics metrics, IntSupplier atLeast) {
        this.transport = transport;
        this.clock = clock;
        this.metrics = metrics;
        this.backend = backend(config.cache());
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
                new NearReplies(
                        stores.replies(),
                        near,
                        clock,
                        share("cache.near_size", config.cache().nearBytes(), 8)),
                clock,
                metrics);
        this.announcer = new BanAnnouncer(backend.nodeChannel(), metrics);
        MemoryBudget fillMemory = MemoryBudget.ofHeap(HEAP_PARTS_FOR_FILLS);
        this.fills = new Fills(shared.replies(), clock, fillMemory);
        metrics.memory("fills", fillMemory::used, fillMemory::most);
        if (config.cache().maxEntryBytes() > fills.mostEntryBytes()) {
            LOG.warn(
                    "cache.max_entry_size: replies of more than {} bytes are not stored with this heap (expected: a larger GATEWAY_HEAP for {})",
                    fills.mostEntryBytes(),
                    config.cache().maxEntryBytes());
        }
        backend.nodeChannel().listen(GatewayOperations.PURGE, new PurgeListener(this::purging));
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
        metrics.store().nodes(nodes::nodes);
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

    /** Nothing that this node holds or fetches at the moment may be served or stored after a purge. */
    void purging() {
        fills.purged();
        shared.replies().forgetAll();
    }

    /** Hands each of what is to be done again and again to the runner, with the milliseconds between. */
    void chores(Runner runner) {
        if (!leases.isEmpty()) {
            runner.repeat(
                    "the sweep of leases",
                    LeasingLimitStore.SWEEP_MILLIS,
                    () -> leases.forEach(LeasingLimitStore::sweep));
        }
        runner.repeat("the count of nodes", NodeCount.LOOK_MILLIS, nodes::look);
        runner.repeat(
                "what is told of local quotas",
                LocalQuotas.TELL_MILLIS,
                () -> shared.localQuotas().tellAll(shared.limits()));
    }

    /** Runs chores. */
    interface Runner {
        /** Runs the task every so many milliseconds, whatever comes of it. */
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

    private Backend backend(CacheConfig config) {
        return config.type() == CacheConfig.Type.REDIS
                ? RedisBackend.connect(config, transport, clock, new RedisMeters(metrics.store()))
                : Backend.memory(clock, share("cache.memory_size", config.memoryBytes(), 4));
    }

    /**
     * What is configured, but no more than a part of the heap: bounds that hold one by one must hold in sum. What the
     * collector keeps for itself is no news: a cut by less than a tenth is not worth a line.
     */
    private static long share(String key, long bytes, int parts) {
        long most = Runtime.getRuntime().maxMemory() / parts;
        if (bytes > most + most / 10) {
            LOG.warn(
                    "{}: {} bytes are more than this heap allows, {} are taken (expected: a larger GATEWAY_HEAP)",
                    key,
                    bytes,
                    most);
        }
        return Math.min(bytes, most);
    }

    /** Gives back what is leased; to be called once no request is under way. */
    void returnLeases() {
        leases.forEach(LeasingLimitStore::close);
    }
}
