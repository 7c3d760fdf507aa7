package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.exchange.idempotency.IdempotencyMeter;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter;
import app.rcommerce.gateway.server.exchange.websocket.SocketMeter;
import app.rcommerce.gateway.server.metrics.events.EventMeters;
import app.rcommerce.gateway.server.metrics.idempotency.IdempotencyMeters;
import app.rcommerce.gateway.server.metrics.jobs.JobMeters;
import app.rcommerce.gateway.server.tls.ArrivalObserver;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.tls.CertifiedKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the gateway, exposed to Prometheus. Labels come from the configuration and from constants, never from
 * a request, so the number of time series is bounded. The methods called for each request build no text, do not block
 * and never throw. Safe for any thread.
 */
public final class GatewayMetrics implements Traffic, Telemetry, AutoCloseable {

    private LongSupplier refusedAtAddress = () -> 0;

    /** The label of requests for which no route was found. */
    private static final String NO_ROUTE = "none";

    /** With more routes than these a scrape would be megabytes of zeros. */
    private static final int MOST_ROUTES_AT_ZERO = 1_000;

    private final PrometheusMeterRegistry registry = registry();
    private final Clock clock;
    private final ClientMeters clients;
    private final Http2Meters http2;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final StoreMeters store = new StoreMeters(registry);
    private final LimitMeters limits = new LimitMeters(registry);
    private final Map<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final Map<String, SocketMeters> sockets = new ConcurrentHashMap<>();
    private final DecisionMeters decisions = new DecisionMeters(registry);
    private final UpstreamMeters upstreams = new UpstreamMeters(registry);
    private final EventMeters events = new EventMeters(registry);
    private final JobMeters jobs = new JobMeters(registry);
    private final IdempotencyMeters idempotency = new IdempotencyMeters(registry);
    private final Counter adminRefusals;
    private final LongAdder clientConnections = new LongAdder();
    private final Counter accepted;
    private final Counter reloads;
    private final Counter failedReloads;
    private final AtomicLong lastReloadGood = new AtomicLong(1);
    private final AtomicLong lastGoodReloadMillis;
    private @Nullable Gauge configInfo;
    /** The supplier is held here, since meters hold only weak references to what they read. */
    private volatile LongSupplier droppedLines = () -> 0;

    /** Metrics of a gateway of this version whose configuration has just been loaded. */
    public GatewayMetrics(String version, Clock clock) {
        this.clock = clock;
        this.lastGoodReloadMillis = new AtomicLong(clock.millis());
        this.accepted = Counter.builder("gateway.client.connections.accepted")
                .description("Connections accepted from clients")
                .register(registry);
        this.reloads = reloads("success");
        this.failedReloads = reloads("failure");
        adminRefusals = Counter.builder("gateway.admin.refused")
                .description("Requests to the admin port that were refused, for their token as a rule")
                .register(registry);
        Gauge.builder("gateway.client.connections", clientConnections::sum)
                .description("Open connections of clients")
                .register(registry);
        Gauge.builder("gateway.config.last.reload.successful", lastReloadGood::get)
                .description("1 where the configuration was good when it was last read, else 0")
                .register(registry);
        Gauge.builder("gateway.config.last.reload.success.timestamp", () -> lastGoodReloadMillis.get() / 1000.0)
                .description("When the configuration in force was read")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("gateway.build.info", () -> 1)
                .description("The version that runs")
                .tag("version", version)
                .register(registry);
        clients = new ClientMeters(registry);
        http2 = new Http2Meters(registry);
        ProcessMeters.bind(registry);
        gc.bindTo(registry);
    }

    private static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Their names have a unit that is none of Prometheus's, and a suffix that is a histogram's.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        return registry;
    }

    private Counter reloads(String result) {
        return Counter.builder("gateway.config.reloads")
                .description("Times the configuration was read anew")
                .tag("result", result)
                .register(registry);
    }

    @Override
    public void finished(Finished finished) {
        String name = finished.route().isEmpty() ? NO_ROUTE : finished.route();
        route(name).finished(finished);
        clients.finished(finished);
        if (finished.reason() instanceof Reason.OverLimit over) {
            limits.refused(over);
        }
    }

    @Override
    public SocketMeter sockets(String route) {
        SocketMeters meters = sockets.get(route);
        return meters != null ? meters : sockets.computeIfAbsent(route, text -> new SocketMeters(registry, text));
    }

    /** The observer of queues on this node. */
    public JobsMeter jobs() {
        return jobs;
    }

    /** The observer of requests with idempotency keys. */
    public IdempotencyMeter idempotency() {
        return idempotency;
    }

    /** The observer of topics on this node. */
    public EventsMeter events() {
        return events;
    }

    /** Says where the number of topics can be had of which messages may be missed. */
    public void lostTopics(LongSupplier topics) {
        events.lost(topics);
    }

    @Override
    public void http2(Http2Event event) {
        http2.count(event);
    }

    private RouteMeters route(String name) {
        RouteMeters route = routes.get(name);
        return route != null ? route : routes.computeIfAbsent(name, text -> new RouteMeters(registry, text));
    }

    @Override
    public void connectionOpened() {
        accepted.increment();
        clientConnections.increment();
    }

    @Override
    public void connectionClosed() {
        clientConnections.decrement();
    }

    @Override
    public void decided(String policy, String outcome) {
        decisions.decided(policy, outcome);
    }

    @Override
    public void admitted(String limit, boolean nearQuota) {
        decisions.admitted(limit, nearQuota);
    }

    /**
     * Shows at zero what may happen under this configuration, so that the first time it does is an increase. What
     * earlier configurations led to stays. The series of routes are left to their first request where there are more
     * than {@link #MOST_ROUTES_AT_ZERO}.
     */
    public void configured(GatewayConfig config) {
        decisions.show(config);
        limits.show(config);
        jobs.configured(config.queues().keySet());
        jobs.configured(List.of(QueueRule.UPKEEP));
        config.routes().stream()
                .filter(route -> route.handler().webSocket() != null)
                .limit(MOST_ROUTES_AT_ZERO)
                .forEach(route -> sockets(route.name()));
        config.routes().stream()
                .filter(route -> route.handler() instanceof Handler.Proxy proxy && proxy.idempotency() != null)
                .limit(MOST_ROUTES_AT_ZERO)
                .forEach(route -> idempotency.configured(route.name()));
        if (config.routes().size() <= MOST_ROUTES_AT_ZERO) {
            boolean caching = config.cache().enabled();
            config.routes()
                    .forEach(route -> route(route.name())
                            .show(route.handler().upstream() != null, caching && route.cache() != null));
        }
        route(NO_ROUTE).show(false, false);
    }

    /** The metrics of the shared store. */
    public StoreMeters store() {
        return store;
    }

    /** Shows the hash of the configuration in force, in the place of the one before. For one thread at a time. */
    public void configuration(String hash) {
        Gauge before = configInfo;
        if (before != null && hash.equals(before.getId().getTag("hash"))) {
            return;
        }
        Gauge now = Gauge.builder("gateway.config.info", () -> 1)
                .description("The hash of the configuration in force, the same on all nodes with the same settings")
                .tag("hash", hash)
                .register(registry);
        if (before != null) {
            registry.remove(before);
        }
        configInfo = now;
    }

    /** The observer of clients' TLS handshakes. */
    public ArrivalObserver handshakes() {
        return clients;
    }

    /** Shows these certificates, by their files, in the place of those shown before. */
    public void certificates(Map<String, CertifiedKey> shown) {
        clients.certificates(shown);
    }

    /** Counts a reload; {@code good} tells whether the configuration that was read is in force. */
    public void reloaded(boolean good) {
        lastReloadGood.set(good ? 1 : 0);
        if (good) {
            lastGoodReloadMillis.set(clock.millis());
        }
        (good ? reloads : failedReloads).increment();
    }

    /** Shows these upstreams, each with its servers, in the place of those shown before. For one thread at a time. */
    public void upstreams(Map<String, List<String>> servers, UpstreamState state) {
        upstreams.show(servers, state);
    }

    /**
     * Shows what is reserved of a budget of memory, and how much there is of it, in bytes. Called once for each use.
     */
    public void memory(String use, LongSupplier used, LongSupplier most) {
        Gauge.builder("gateway.memory.reserved.bytes", used, LongSupplier::getAsLong)
                .description("Memory that is reserved for a use, in bytes")
                .tag("use", use)
                .strongReference(true)
                .register(registry);
        Gauge.builder("gateway.memory.budget.bytes", most, LongSupplier::getAsLong)
                .description("Memory that a use may take in all, in bytes")
                .tag("use", use)
                .strongReference(true)
                .register(registry);
    }

    /** Counts a refused request to the admin port, usually one without the right token. */
    public void adminRefused() {
        adminRefusals.increment();
    }

    /** Shows how many clients may be connected, and whether nobody is accepted because they are. Called once. */
    public void listener(IntSupplier most, BooleanSupplier paused, LongSupplier refusedAtAddress) {
        this.refusedAtAddress = refusedAtAddress;
        // Read by way of this object, since a counter holds only a weak reference to what it reads.
        FunctionCounter.builder("gateway.client.connections.refused", this, self -> self.refusedAtAddress.getAsLong())
                .description("Connections closed at once because their address had as many as it may")
                .register(registry);
        Gauge.builder("gateway.client.connections.limit", most, IntSupplier::getAsInt)
                .description("Connections of clients that there may be at once")
                .strongReference(true)
                .register(registry);
        Gauge.builder("gateway.client.accept.paused", paused, now -> now.getAsBoolean() ? 1 : 0)
                .description("1 while no client is accepted because there are as many as may be")
                .strongReference(true)
                .register(registry);
    }

    /** Shows how many lines of the log were given up. Called once. */
    public void log(LongSupplier dropped) {
        FunctionCounter.builder("gateway.log.dropped", dropped, LongSupplier::getAsLong)
                .description("Lines of the log given up because nobody took them from standard output")
                .register(registry);
    }

    /** Shows how many lines of the access log were given up. Called once. */
    public void accessLog(LongSupplier dropped) {
        droppedLines = dropped;
        FunctionCounter.builder("gateway.access.log.dropped", this, metrics -> metrics.droppedLines.getAsLong())
                .description("Lines of the access log given up because they could not be written fast enough")
                .register(registry);
    }

    /**
     * Everything measured, in the format that the scraper asks for: OpenMetrics 1.0 where it accepts that, else the
     * Prometheus text format. Not for an event loop: it takes milliseconds.
     *
     * @param accept the field {@code Accept}; empty where there is none
     */
    public Scrape scrape(String accept) {
        String type = Scrape.prefersOpenMetrics(accept) ? Scrape.OPEN_METRICS : Scrape.PROMETHEUS;
        return new Scrape(type, registry.scrape(type));
    }

    /** Stops measuring the process. What was counted can still be read. */
    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
