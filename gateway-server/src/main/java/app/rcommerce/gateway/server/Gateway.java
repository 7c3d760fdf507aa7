package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.FixedAtStart;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.limit.lease.AnsweredLimitStore;
import app.rcommerce.gateway.limit.lease.DividedLimitStore;
import app.rcommerce.gateway.limit.lease.LeasingLimitStore;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.policy.reply.StoredTargets;
import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.admin.AdminServer;
import app.rcommerce.gateway.server.admin.GatewayOperations;
import app.rcommerce.gateway.server.admin.Phase;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.backend.NodeCount;
import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.handler.Handlers;
import app.rcommerce.gateway.server.listen.Listener;
import app.rcommerce.gateway.server.log.AccessLog;
import app.rcommerce.gateway.server.log.Listeners;
import app.rcommerce.gateway.server.log.Logs;
import app.rcommerce.gateway.server.metrics.GatewayMetrics;
import app.rcommerce.gateway.server.proxy.Fills;
import app.rcommerce.gateway.server.proxy.MemoryBudget;
import app.rcommerce.gateway.server.proxy.Proxying;
import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.token.KeySources;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.server.upstream.Upstreams;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running gateway. This is the only place that knows all its parts. Starting and stopping is for one thread;
 * reloading is safe for any.
 */
public final class Gateway {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    /** How often blocked ranges are fetched, in milliseconds, while the store does not tell of changes. */
    private static final long RANGES_MILLIS = 400;
    /** How often memory outside of the heap is looked at, in milliseconds. */
    private static final long MEMORY_MILLIS = 250;
    /** Replies on their way into the cache take an eighth of the heap at most. */
    private static final int HEAP_PARTS_FOR_FILLS = 8;

    /** One configuration at work. */
    private record Running(
            GatewayConfig config, KeySource keys, Upstreams upstreams, Snapshot snapshot, long sinceMillis) {}

    private final Clock clock = Clock.system();
    private final GatewayMetrics metrics = new GatewayMetrics(Version.text(), clock);
    private final AccessLog accessLog = AccessLog.start();
    private final ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("chores").daemon().factory());
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Transport transport;
    private final Backend backend;
    /** Where counts are shared, permits are leased from there: of windows that slide and of those of the calendar. */
    private final List<LeasingLimitStore> leases;

    private final NodeCount nodes;
    private final Policies.Shared shared;
    private final BanAnnouncer announcer;
    private final Fills fills;
    private final Listener listener;
    private volatile Running running;
    /** What was read and waits for the next start. */
    private volatile List<FixedAtStart.Waiting> waiting = List.of();

    private final Reloader reloader;
    private volatile Phase phase = Phase.STARTING;
    private @Nullable AdminServer admin;
    private boolean stopped;

    private Gateway(GatewayConfig config, Traffic observer, Transport transport) {
        this.transport = transport;
        this.backend = backend(config.cache());
        this.nodes = new NodeCount(
                nodesFile(config), () -> atLeast(config).cache().nodes().atLeast(), backend::nodes, clock);
        Stores stores = backend.stores();
        boolean strict = config.cache().consistency() == CacheConfig.Consistency.STRICT;
        boolean inMemory = config.cache().type() == CacheConfig.Type.MEMORY;
        this.leases = inMemory || strict ? List.of() : List.of(leasing(stores.limits()), leasing(stores.windows()));
        DividedLimitStore divided = inMemory
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
        this.running = compile(config, null);
        this.listener = new Listener(
                transport,
                () -> running.snapshot(),
                new Listeners(List.of(metrics, accessLog, observer)),
                config.server().maxConnections());
        metrics.listener(listener::mostConnections, listener::isPaused);
        this.reloader = new Reloader(config, name -> System.getenv(name), new Reloader.Target() {
            @Override
            public void reload(GatewayConfig read) {
                Gateway.this.reload(read);
            }

            @Override
            public void reloaded(boolean good) {
                metrics.reloaded(good);
            }
        });
        accessLog.setEnabled(config.server().accessLog());
        metrics.accessLog(accessLog::dropped);
        metrics.log(Logs::dropped);
        metrics.store()
                .state(
                        Arrays.stream(Backend.State.values())
                                .map(Backend.State::text)
                                .toList(),
                        () -> backend.state().text());
        metrics.store().nodes(nodes::nodes);
        CacheConfig.RedisConfig redis = config.cache().redis();
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
        metrics.upstreams(
                config.upstreams().keySet(),
                name -> running.upstreams().openConnections(name),
                name -> running.upstreams().requestsInFlight(name));
        if (divided != null && !leases.isEmpty()) {
            backend.nodeChannel()
                    .listen(GatewayOperations.LIMIT_RESET, new ResetListener(leases, divided, shared.localQuotas()));
            metrics.store()
                    .nearDecisions(() -> leases.stream()
                            .mapToLong(LeasingLimitStore::nearDecisions)
                            .sum());
            repeat(
                    "the sweep of leases",
                    LeasingLimitStore.SWEEP_MILLIS,
                    () -> leases.forEach(LeasingLimitStore::sweep));
        }
        repeat("the count of nodes", NodeCount.LOOK_MILLIS, nodes::look);
        repeat(
                "what is told of local counts",
                LocalQuotas.TELL_MILLIS,
                () -> shared.localQuotas().tellAll(limits));
        repeat("the look at memory", MEMORY_MILLIS, () -> {
            if (DirectMemory.isScarce()) {
                listener.shed();
            }
        });
        new Chore("the look at blocked ranges", shared.blocks()::refreshUnlessCurrent).every(chores, 0, RANGES_MILLIS);
    }

    private void repeat(String name, long millis, Runnable task) {
        new Chore(name, task).every(chores, millis, millis);
    }

    /** What is in force: what was given at first, until something has been put to work. */
    private GatewayConfig atLeast(GatewayConfig first) {
        Running now = running;
        return now == null ? first : now.config();
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

    private GatewayOperations operations() {
        return new GatewayOperations(
                new GatewayOperations.Parts(
                        backend,
                        shared.blocks(),
                        shared.revocations(),
                        shared.limits(),
                        shared.localQuotas(),
                        nodes::nodes,
                        this::purging),
                new app.rcommerce.gateway.server.admin.Running(
                        () -> phase,
                        () -> new app.rcommerce.gateway.server.admin.Running.Loaded(
                                running.config(), running.sinceMillis(), reloader.problems(), waiting),
                        reloader::reload,
                        listener::openConnections,
                        name -> running.upstreams().openConnections(name)),
                clock);
    }

    private Running compile(GatewayConfig config, @Nullable Running before) {
        KeySource keys = KeySources.of(config.auth().jwt(), before == null ? null : before.keys(), clock);
        Upstreams upstreams = new Upstreams(config.upstreams(), transport);
        Snapshot snapshot = new Snapshot(
                config.server(),
                Policies.of(config, shared, keys),
                Bans.of(
                        config.access().bans(),
                        new Bans.Parts(
                                backend.stores().limits(),
                                backend.stores().blocks(),
                                shared.blocks(),
                                clock,
                                announcer)),
                new Handlers(new Proxying(upstreams, fills, new StoredTargets(config.routes()))));
        return new Running(config, keys, upstreams, snapshot, clock.millis());
    }

    /** Nothing that this node holds or fetches at the moment may be served or stored after a purge. */
    private void purging() {
        fills.purged();
        shared.replies().forgetAll();
    }

    /**
     * Starts a gateway with a checked configuration.
     *
     * @param observer told what happens beside the metrics and the access log
     * @throws IOException where an address cannot be bound or the transport cannot be had, naming it; nothing is left
     *     running then
     */
    public static Gateway start(GatewayConfig config, Traffic observer) throws IOException {
        // First, since it may not be had: then nothing has been started yet.
        Transport transport =
                Transport.start(config.server().workers(), config.server().transport());
        Gateway gateway = new Gateway(config, observer, transport);
        try {
            gateway.admin = AdminServer.start(
                    gateway.transport,
                    config.server().admin(),
                    gateway.operations(),
                    gateway.metrics::scrape,
                    gateway.metrics::adminRefused);
            new FirstAnswers(gateway.backend, gateway.shared, transport.group()).await(config.cache());
            for (ServerConfig.Listen listen : config.server().listen()) {
                gateway.addresses.add(gateway.listener.bind(listen));
            }
            gateway.phase = Phase.SERVING;
            return gateway;
        } catch (IOException e) {
            gateway.stop();
            throw e;
        }
    }

    /** As above, without an observer. */
    public static Gateway start(GatewayConfig config) throws IOException {
        return start(config, Traffic.NONE);
    }

    /** Where the gateway serves. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** How many clients may be connected at once. */
    public int mostConnections() {
        return listener.mostConnections();
    }

    /** How its event loops talk to the kernel, as the configuration writes it. */
    public String transport() {
        return transport.kind().text();
    }

    /** Where it is administrated. */
    public InetSocketAddress adminAddress() {
        return Objects.requireNonNull(admin, "a gateway that has started has an admin port")
                .address();
    }

    /** Reloads whenever a file of the configuration changes, until the gateway stops. */
    public void watchFiles() {
        reloader.watch();
    }

    /** Reads the files of the configuration anew and puts them to work if they check. */
    public void reloadFiles() {
        reloader.reload();
    }

    /** What the gateway counts. */
    public GatewayMetrics metrics() {
        return metrics;
    }

    /** The configuration that new requests are handled under. */
    public GatewayConfig config() {
        return running.config();
    }

    /**
     * Handles new requests under another configuration; those under way end under theirs. What is {@link FixedAtStart}
     * keeps its value, for every part of the gateway; what of that waits for the next start is logged, once.
     */
    public synchronized void reload(GatewayConfig read) {
        if (stopped) {
            return;
        }
        Running before = running;
        GatewayConfig config = FixedAtStart.kept(before.config(), read);
        running = compile(config, before);
        before.upstreams().retire();
        KeySources.retire(before.keys(), running.keys());
        accessLog.setEnabled(config.server().accessLog());
        metrics.upstreams(
                config.upstreams().keySet(),
                name -> running.upstreams().openConnections(name),
                name -> running.upstreams().requestsInFlight(name));
        List<FixedAtStart.Waiting> now = FixedAtStart.waiting(before.config(), read);
        for (FixedAtStart.Waiting key : now) {
            if (!waiting.contains(key)) {
                LOG.warn("{}", key);
            }
        }
        waiting = now;
    }

    /** Stops taking requests, lets those under way end within the configured grace, and closes everything. */
    public synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        phase = Phase.DRAINING;
        reloader.close();
        try {
            int broken = listener.drain(running.config().server().shutdownGrace());
            if (broken > 0) {
                LOG.warn("{} connections were broken off at the end of the grace", broken);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        chores.shutdownNow();
        leases.forEach(LeasingLimitStore::close);
        if (admin != null) {
            admin.close();
        }
        KeySources.close(running.keys());
        backend.close();
        transport.stop();
        accessLog.close();
        metrics.close();
    }
}
