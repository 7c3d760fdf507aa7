package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.FixedAtStart;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.effective.EffectiveConfig;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.server.about.NodeName;
import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.admin.AdminServer;
import app.rcommerce.gateway.server.admin.operations.GatewayControl;
import app.rcommerce.gateway.server.admin.operations.GatewayOperations;
import app.rcommerce.gateway.server.admin.operations.Operations;
import app.rcommerce.gateway.server.admin.operations.Phase;
import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.jobs.journal.Journals;
import app.rcommerce.gateway.server.listen.Listener;
import app.rcommerce.gateway.server.log.AccessLog;
import app.rcommerce.gateway.server.log.LogSettings;
import app.rcommerce.gateway.server.log.Logs;
import app.rcommerce.gateway.server.log.TrafficListeners;
import app.rcommerce.gateway.server.memory.DirectMemory;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.metrics.GatewayMetrics;
import app.rcommerce.gateway.server.metrics.UpstreamState;
import app.rcommerce.gateway.server.refusals.RecentRefusals;
import app.rcommerce.gateway.server.refusals.RefusalSearch;
import app.rcommerce.gateway.server.tls.TlsServer;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: it starts, wires, reloads and stops all parts, and is the only class that knows all of them.
 * Starting and stopping is for one thread; reloading is safe for any.
 */
public final class Gateway {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    /** How often blocked ranges are fetched, in milliseconds, while the store does not tell of changes. */
    private static final long RANGES_MILLIS = 400;
    /** How often it is looked whether session tickets need another key, in milliseconds. */
    private static final long TICKETS_MILLIS = 2_000;
    /** How often memory outside of the heap is looked at, in milliseconds. */
    private static final long MEMORY_MILLIS = 250;

    private final Clock clock = Clock.system();
    private final GatewayMetrics metrics = new GatewayMetrics(Version.text(), clock);
    private final LogSettings logs = LogSettings.ofProcess();
    private final AccessLog accessLog = AccessLog.start();
    private final RecentRefusals refusals = new RecentRefusals(Operations.MOST_DECISIONS);
    private final TlsServer tls;
    private final ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("chores").daemon().factory());
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Transport transport;
    private final Journals journals;
    private final SharedParts parts;
    private final Snapshots snapshots;
    private final Listener listener;
    private final Reloader reloader;
    private volatile Phase phase = Phase.STARTING;
    private @Nullable AdminServer admin;
    private boolean stopped;

    private Gateway(GatewayConfig config, Traffic observer, Transport transport, TlsServer tls, Journals journals) {
        log(config.server());
        this.journals = journals;
        this.tls = tls;
        this.transport = transport;
        this.parts = new SharedParts(config, transport, clock, metrics, journals.store(), () -> atLeast(config));
        this.snapshots = new Snapshots(config, parts, transport, clock);
        this.listener = new Listener(
                transport,
                snapshots::snapshot,
                new TrafficListeners(List.of(metrics, accessLog, refusals, observer)),
                parts.clientMemory(),
                parts.sentAhead(),
                tls,
                metrics.handshakes(),
                config.server().maxConnections());
        this.reloader = new Reloader(config, name -> System.getenv(name), new Reloader.Reloadable() {
            @Override
            public void reload(GatewayConfig read) {
                Gateway.this.reload(read);
            }

            @Override
            public void reloaded(boolean good) {
                metrics.reloaded(good);
            }
        });
        metrics.listener(listener::mostConnections, listener::isPaused, listener::refusedAtAddress);
        metrics.accessLog(accessLog::dropped);
        metrics.log(Logs::dropped);
        measure(config);
        parts.chores(this::repeat);
        new Chore("the look at keys of session tickets", this::refreshTicketKeys).every(chores, 0, TICKETS_MILLIS);
        repeat("the look at memory", MEMORY_MILLIS, () -> {
            if (DirectMemory.isScarce()) {
                listener.shed(Silence.TAKES_NOTHING);
                listener.shed(Silence.HALF_SENT);
            }
            if (parts.clientMemory().isNearlySpent()) {
                listener.shed(Silence.SENDS_NOTHING);
            }
            if (parts.contents().hasRefused()) {
                listener.shed(Silence.HOLDS_ANSWER);
            }
        });
        new Chore("the look at blocked ranges", parts.shared().blocks()::refreshUnlessCurrent)
                .every(chores, 0, RANGES_MILLIS);
    }

    private void log(ServerConfig server) {
        logs.configure(server.logFormat(), server.logLevel());
        accessLog.setText(server.logFormat() == ServerConfig.LogFormat.TEXT);
        accessLog.setEnabled(server.accessLog());
    }

    private void measure(GatewayConfig config) {
        metrics.configuration(EffectiveConfig.of(config).hash());
        metrics.configured(config);
        metrics.certificates(tls.certificates());
        Map<String, List<String>> servers = new LinkedHashMap<>();
        config.upstreams()
                .forEach((name, upstream) -> servers.put(
                        name,
                        upstream.servers().stream()
                                .map(Object::toString)
                                .distinct()
                                .toList()));
        metrics.upstreams(servers, new UpstreamState() {
            @Override
            public int openConnections(String upstream) {
                return snapshots.inForce().upstreams().openConnections(upstream);
            }

            @Override
            public int requestsInFlight(String upstream) {
                return snapshots.inForce().upstreams().requestsInFlight(upstream);
            }

            @Override
            public boolean isUp(String upstream, String server) {
                return snapshots.inForce().upstreams().isUp(upstream, server);
            }
        });
    }

    private void refreshTicketKeys() {
        tls.refreshTicketKeys(parts.backend().stores().ticketKeys());
    }

    private void repeat(String name, long millis, Runnable task) {
        new Chore(name, task).every(chores, millis, millis);
    }

    /** The least number of nodes by the configuration in force; by the first one until there is one in force. */
    private int atLeast(GatewayConfig first) {
        Snapshots now = snapshots;
        return (now == null ? first : now.inForce().config()).cache().nodes().atLeast();
    }

    private GatewayOperations operations() {
        Policies.Shared shared = parts.shared();
        return new GatewayOperations(
                new GatewayOperations.Dependencies(
                        parts.backend(),
                        shared.blocks(),
                        shared.revocations(),
                        shared.sessions(),
                        parts.openSockets(),
                        shared.limits(),
                        shared.localQuotas(),
                        parts.nodes()::nodes,
                        parts.purge(),
                        parts.upkeep(),
                        new RefusalSearch(
                                NodeName.text(), refusals, parts.backend().nodeChannel(), parts::otherNodes)::find),
                new GatewayControl(
                        () -> phase,
                        this::loaded,
                        reloader::reload,
                        logs::setLevel,
                        listener::openConnections,
                        name -> snapshots.inForce().upstreams().openConnections(name),
                        () -> parts.standingTopics().beside(parts.hub().heard()).stream()
                                .map(one -> new Operations.HeardTopic(
                                        one.topic(), one.clients(), one.state(), one.position()))
                                .toList()),
                clock);
    }

    private GatewayControl.Loaded loaded() {
        Snapshots.InForce now = snapshots.inForce();
        return new GatewayControl.Loaded(now.config(), now.sinceMillis(), reloader.problems(), snapshots.pending());
    }

    /**
     * Starts a gateway with a checked configuration.
     *
     * @param observer told what happens beside the metrics and the access log
     * @throws IOException where an address cannot be bound, or the transport or a journal cannot be had, naming it;
     *     nothing is left running then
     */
    public static Gateway start(GatewayConfig config, Traffic observer) throws IOException {
        // First, since they may not be had: then nothing has been started yet.
        TlsServer tls = new TlsServer(config.server().http2().enabled(), Clock.system());
        try {
            tls.use(config.server().tls());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        Journals journals = new Journals(Clock.system());
        Transport transport;
        try {
            journals.open(config);
            transport = Transport.start(
                    config.server().workers(),
                    config.server().transport(),
                    config.server().reusePort());
        } catch (IOException e) {
            journals.close();
            throw e;
        }
        Gateway gateway = new Gateway(config, observer, transport, tls, journals);
        try {
            // Where the port may be shared its other owner answers until this one is ready.
            boolean early = !config.server().reusePort();
            if (early) {
                gateway.startAdmin(config);
            }
            new FirstAnswers(gateway.parts.backend(), gateway.parts.shared(), transport.group()).await(config.cache());
            if (!early) {
                gateway.startAdmin(config);
            }
            for (ListeningSocket socket : config.server().sockets()) {
                gateway.addresses.add(gateway.listener.bind(socket));
            }
            gateway.phase = Phase.SERVING;
            gateway.work();
            return gateway;
        } catch (IOException e) {
            gateway.stop();
            throw e;
        }
    }

    /** Has the queues of the configuration in force worked on. */
    private void work() {
        journals.warn(config());
        parts.workers().use(config(), () -> snapshots.inForce().upstreams());
    }

    private void startAdmin(GatewayConfig config) throws IOException {
        admin = AdminServer.start(
                transport, config.server().admin(), operations(), metrics::scrape, metrics::adminRefused);
    }

    /** As above, without an observer. */
    public static Gateway start(GatewayConfig config) throws IOException {
        return start(config, Traffic.NONE);
    }

    /** The addresses on which the gateway serves. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** How many clients may be connected at once. */
    public int mostConnections() {
        return listener.mostConnections();
    }

    /** The transport of its event loops, by its name in the configuration. */
    public String transport() {
        return transport.kind().text();
    }

    /** The address of the admin port. */
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

    /** The metrics of the gateway. */
    public GatewayMetrics metrics() {
        return metrics;
    }

    /** The configuration that new requests are handled under. */
    public GatewayConfig config() {
        return snapshots.inForce().config();
    }

    /**
     * Handles new requests under another configuration; those under way end under theirs. What is {@link FixedAtStart}
     * keeps its value, for every part of the gateway; what of that is pending until a restart is logged, once.
     */
    public synchronized void reload(GatewayConfig read) {
        if (stopped) {
            return;
        }
        // First, since the library may refuse a certificate that it cannot use.
        tls.use(read.server().tls());
        try {
            journals.open(FixedAtStart.kept(config(), read));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        GatewayConfig config = snapshots.reload(read);
        work();
        log(config.server());
        measure(config);
    }

    private synchronized boolean isFirstStop() {
        boolean first = !stopped;
        stopped = true;
        return first;
    }

    /**
     * Goes on to take requests for the configured delay while it tells that it is leaving, unless its start has failed;
     * then takes no more, lets those under way end within the configured grace, and closes everything.
     */
    public void stop() {
        if (!isFirstStop()) {
            return;
        }
        boolean hasServed = phase == Phase.SERVING;
        phase = Phase.LEAVING;
        reloader.close();
        ServerConfig server = config().server();
        try {
            listener.leave();
            if (transport.reusePort() && admin != null) {
                // Whoever asks from now on means the process that shares the port.
                admin.stopListening();
            }
            if (hasServed) {
                Thread.sleep(server.shutdownDelay());
            }
            phase = Phase.DRAINING;
            long soon = server.shutdownGrace().toNanos() * 3 / 4;
            parts.hub().subscribers().forEach(one -> one.stopWithin(soon));
            CompletableFuture<Void> worked =
                    parts.workers().stop(server.shutdownGrace()).toCompletableFuture();
            int broken = listener.drain(server.shutdownGrace());
            if (broken > 0) {
                LOG.warn("{} connections were broken off at the end of the grace", broken);
            }
            parts.recordEnds();
            worked.completeOnTimeout(null, server.shutdownGrace().toMillis() + 1_000, TimeUnit.MILLISECONDS)
                    .join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        chores.shutdownNow();
        parts.returnLeases();
        if (admin != null) {
            admin.close();
        }
        snapshots.close();
        parts.backend().close();
        journals.close();
        transport.stop();
        tls.close();
        accessLog.close();
        metrics.close();
    }
}
