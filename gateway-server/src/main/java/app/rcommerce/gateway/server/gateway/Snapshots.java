package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.FixedAtStart;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.policy.reply.StoredTargets;
import app.rcommerce.gateway.server.events.Events;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.handler.Handlers;
import app.rcommerce.gateway.server.message.RequestIds;
import app.rcommerce.gateway.server.proxy.Proxying;
import app.rcommerce.gateway.server.token.KeySources;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.server.upstream.Upstreams;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compiled configuration in force, and its replacement at a reload. Reading is safe for any thread; one thread at a
 * time may reload.
 */
final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /**
     * A configuration in force.
     *
     * @param keys what verifies its tokens
     * @param upstreams where its requests are sent
     * @param snapshot what a request is handled under
     * @param sinceMillis when it was compiled, in milliseconds since the epoch
     */
    record InForce(GatewayConfig config, KeySource keys, Upstreams upstreams, Snapshot snapshot, long sinceMillis) {}

    private final SharedParts parts;
    private final Transport transport;
    private final Clock clock;
    private volatile InForce inForce;
    /** The keys of which the process runs with another value than the files said last. */
    private volatile List<FixedAtStart.Pending> pending = List.of();

    /** Compiles the first configuration. */
    Snapshots(GatewayConfig config, SharedParts parts, Transport transport, Clock clock) {
        this.parts = parts;
        this.transport = transport;
        this.clock = clock;
        this.inForce = compile(config, null);
    }

    InForce inForce() {
        return inForce;
    }

    /** The snapshot for a new request. */
    Snapshot snapshot() {
        return inForce.snapshot();
    }

    List<FixedAtStart.Pending> pending() {
        return pending;
    }

    private InForce compile(GatewayConfig config, @Nullable InForce before) {
        KeySource keys = KeySources.of(config.auth().jwt(), before == null ? null : before.keys(), clock);
        Upstreams upstreams = new Upstreams(config.upstreams(), transport, before == null ? null : before.upstreams());
        Policies.Orders policies = Policies.of(config, parts.shared(), keys);
        Snapshot snapshot = new Snapshot(
                config.server(),
                RequestIds.of(config.server()),
                hsts(config.server().tls()),
                policies.requests(),
                Policies.openSockets(config, parts.shared()),
                policies.renewals(),
                parts.openSockets(),
                Bans.of(config.access().bans(), parts.bans()),
                new Handlers(
                        new Proxying(upstreams, parts.fills(), new StoredTargets(config.routes())),
                        parts.idempotency(),
                        new Events(
                                parts.hub(),
                                parts.backend().stores().entryTickets(),
                                parts.jobs().budget(),
                                this::snapshot),
                        parts.jobs()),
                parts.contents());
        parts.standingTopics().hear(config);
        return new InForce(config, keys, upstreams, snapshot, clock.millis());
    }

    private static @Nullable String hsts(@Nullable TlsConfig tls) {
        return tls == null || tls.hsts().isZero()
                ? null
                : "max-age=" + tls.hsts().toSeconds();
    }

    /**
     * Handles new requests under another configuration; those under way end under theirs. What is {@link FixedAtStart}
     * keeps its value, for every part of the gateway; what of that is pending until a restart is logged, once.
     *
     * @return the configuration in force
     */
    GatewayConfig reload(GatewayConfig read) {
        InForce before = inForce;
        GatewayConfig config = FixedAtStart.kept(before.config(), read);
        inForce = compile(config, before);
        before.upstreams().retire();
        KeySources.retire(before.keys(), inForce.keys());
        List<FixedAtStart.Pending> now = FixedAtStart.pending(before.config(), read);
        for (FixedAtStart.Pending key : now) {
            if (!pending.contains(key)) {
                LOG.warn("pending restart: {}", key);
            }
        }
        if (now.isEmpty() && !pending.isEmpty()) {
            LOG.info("pending restart: nothing any more, the files say what the process runs with");
        }
        pending = now;
        return config;
    }

    void close() {
        KeySources.close(inForce.keys());
    }
}
