package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.FixedAtStart;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.effective.EffectiveConfig;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.admin.operations.Operations.CacheEntry;
import app.rcommerce.gateway.server.admin.operations.Operations.Check;
import app.rcommerce.gateway.server.admin.operations.Operations.ConfigStatus;
import app.rcommerce.gateway.server.admin.operations.Operations.ConfigView;
import app.rcommerce.gateway.server.admin.operations.Operations.Connections;
import app.rcommerce.gateway.server.admin.operations.Operations.GatewayStatus;
import app.rcommerce.gateway.server.admin.operations.Operations.Readiness;
import app.rcommerce.gateway.server.admin.operations.Operations.RouteEntry;
import app.rcommerce.gateway.server.admin.operations.Operations.StoreStatus;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The report on the gateway: readiness, status and routes. Safe for any thread. */
final class StatusReport {

    private final GatewayOperations.Dependencies dependencies;
    private final GatewayControl gateway;
    private final Clock clock;
    private final long startNanos;

    /** The report of a gateway that starts now. */
    StatusReport(GatewayOperations.Dependencies dependencies, GatewayControl gateway, Clock clock) {
        this.dependencies = dependencies;
        this.gateway = gateway;
        this.clock = clock;
        this.startNanos = clock.nanos();
    }

    private GatewayConfig config() {
        return gateway.loaded().get().config();
    }

    Readiness readiness() {
        Phase phase = gateway.phase().get();
        Backend.State state = dependencies.backend().state();
        boolean storeGood = state == Backend.State.CONNECTED;
        int problems = gateway.loaded().get().problems().size();
        return new Readiness(
                phase == Phase.SERVING,
                List.of(
                        new Check("listener", phase == Phase.SERVING ? "ok" : "failed", phase.text()),
                        new Check("store", storeGood ? "ok" : "degraded", describe(state)),
                        new Check(
                                "config",
                                problems == 0 ? "ok" : "degraded",
                                problems == 0 ? "" : "the last reload was refused, problems: " + problems)));
    }

    private String describe(Backend.State state) {
        String detail = dependencies.backend().detail();
        return lower(state) + (detail.isEmpty() ? "" : ": " + detail);
    }

    GatewayStatus status() {
        GatewayControl.Loaded loaded = gateway.loaded().get();
        GatewayConfig config = loaded.config();
        Map<String, Integer> upstreams = new LinkedHashMap<>();
        config.upstreams()
                .keySet()
                .forEach(name ->
                        upstreams.put(name, gateway.upstreamConnections().applyAsInt(name)));
        return new GatewayStatus(
                Version.text(),
                gateway.phase().get().text(),
                TimeUnit.NANOSECONDS.toSeconds(clock.nanos() - startNanos),
                new StoreStatus(
                        lower(config.cache().type()),
                        lower(dependencies.backend().state()),
                        dependencies.backend().detail(),
                        dependencies.nodes().getAsInt(),
                        dependencies.backend().trackingText(),
                        dependencies.backend().evictedKeys()),
                new ConfigStatus(
                        EffectiveConfig.of(config).hash(),
                        config.files().stream().map(Object::toString).toList(),
                        Times.iso(loaded.atMillis()),
                        loaded.problems().stream().map(ConfigProblem::toString).toList(),
                        pending(loaded)),
                new Connections(gateway.clientConnections().getAsInt(), upstreams),
                config.routes().size());
    }

    private static List<String> pending(GatewayControl.Loaded loaded) {
        return loaded.pending().stream().map(FixedAtStart.Pending::toString).toList();
    }

    ConfigView configuration() {
        GatewayControl.Loaded loaded = gateway.loaded().get();
        EffectiveConfig effective = EffectiveConfig.of(loaded.config());
        return new ConfigView(
                effective.hash(),
                loaded.config().files().stream().map(Object::toString).toList(),
                Times.iso(loaded.atMillis()),
                pending(loaded),
                effective.settings(),
                effective.toml());
    }

    List<RouteEntry> routes() {
        return config().routes().stream().map(StatusReport::entry).toList();
    }

    private static RouteEntry entry(Route route) {
        Handler.CacheRule rule = route.cache();
        return new RouteEntry(
                route.name(),
                route.hosts(),
                route.methods().stream().sorted().toList(),
                route.path().toString(),
                route.auth().toString(),
                route.scopes(),
                route.limits(),
                rule == null ? null : new CacheEntry(rule.ttl().toSeconds(), rule.shared(), rule.maxEntryBytes()),
                route.handler().upstream(),
                route.handler().summary());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
