package app.rcommerce.gateway.server;

import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.policy.Policies;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.server.net.Fills;
import app.rcommerce.gateway.server.net.Listener;
import app.rcommerce.gateway.server.net.Snapshot;
import app.rcommerce.gateway.server.net.Traffic;
import app.rcommerce.gateway.server.upstream.Transport;
import app.rcommerce.gateway.server.upstream.Upstreams;
import app.rcommerce.gateway.store.MemoryLimitStore;
import app.rcommerce.gateway.store.NearBlockList;
import app.rcommerce.gateway.store.NearRevocations;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The running gateway. This is the only place that knows all its parts. Starting and stopping is for one thread. */
public final class Gateway {

    private final Transport transport;
    private final Backend backend;
    private final Policies.Shared shared;
    private final Fills fills;
    private final Listener listener;
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private volatile GatewayConfig config;
    private volatile Snapshot snapshot;

    private Gateway(GatewayConfig config, Transport transport, Backend backend, Telemetry telemetry, Traffic traffic) {
        Clock clock = Clock.system();
        Stores stores = backend.stores();
        this.config = config;
        this.transport = transport;
        this.backend = backend;
        this.shared = new Policies.Shared(
                stores.limits(),
                new MemoryLimitStore(clock, Stores.MOST_IDENTIFIERS),
                backend::nodes,
                new NearBlockList(stores.blocks(), config.cache().nearTtl(), clock),
                new NearRevocations(stores.revocations(), config.cache().nearTtl(), clock),
                stores.replies(),
                clock,
                telemetry);
        this.fills = new Fills(stores.replies(), clock);
        this.snapshot = compile(config);
        this.listener = new Listener(transport, () -> snapshot, traffic);
    }

    private Snapshot compile(GatewayConfig checked) {
        return new Snapshot(
                checked.server(),
                new CidrSet(checked.server().trustedProxies()),
                Policies.of(checked, shared, KeySource.fixed(keys(checked))),
                new Upstreams(checked.upstreams(), transport),
                fills);
    }

    private static app.rcommerce.gateway.token.KeySet keys(GatewayConfig config) {
        var jwt = config.auth().jwt();
        var secret = jwt == null ? null : jwt.secret();
        return secret == null
                ? app.rcommerce.gateway.token.KeySet.EMPTY
                : app.rcommerce.gateway.token.KeySet.ofSecret(
                        secret.value().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /**
     * Starts a gateway with a checked configuration.
     *
     * @throws IOException where an address cannot be bound; nothing is left running then
     */
    public static Gateway start(GatewayConfig config, Telemetry telemetry, Traffic traffic) throws IOException {
        Transport transport = Transport.start(config.server().workers());
        Backend backend = Backend.memory(Clock.system(), config.cache().memoryBytes());
        Gateway gateway = new Gateway(config, transport, backend, telemetry, traffic);
        try {
            for (ServerConfig.Listen listen : config.server().listen()) {
                gateway.addresses.add(gateway.listener.bind(listen));
            }
            return gateway;
        } catch (IOException e) {
            gateway.stop();
            throw e;
        }
    }

    /** Where the gateway serves. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Stops taking requests, lets those under way end within the configured grace, and closes everything. */
    public void stop() {
        try {
            listener.drain(config.server().shutdownGrace());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        backend.close();
        transport.stop();
    }
}
