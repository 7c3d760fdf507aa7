package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.cache.CacheStatus;
import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.token.Verification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counters of what policies decide. They exist from the start for everything that a configuration can lead to, so
 * that the first refusal is an increase and not a new series. Counting builds nothing. Safe for any thread.
 */
final class DecisionMeters implements Telemetry {

    private static final String REFUSED = "refused";
    private static final String UNKNOWN_ALLOWED = "unknown_allowed";
    private static final String UNKNOWN_DENIED = "unknown_denied";

    /** The outcomes of authentication that are counted. */
    private static final List<String> AUTH = List.of(
            "missing",
            "malformed",
            "kind_not_accepted",
            "api_key_unknown",
            "token_no_key",
            "token_not_accepted",
            "token_unverified");

    /** Why a WebSocket handshake may be refused. */
    private static final List<String> WEBSOCKETS = List.of(
            "not_relayed",
            "malformed",
            "version",
            "origin",
            "max_in_all",
            "max_per_address",
            "max_per_identity",
            "resumed",
            "not_resumed",
            "resume_store_unavailable");

    /** What a caller may be blocked by. */
    private static final List<String> BLOCKS = List.of("static", "entry", "range", "ban");

    /** The counters of one limit for requests that it admits. */
    private record Admitted(Counter all, Counter nearQuota) {}

    private final MeterRegistry registry;
    private final Map<String, Map<String, Counter>> decisions = new ConcurrentHashMap<>();
    private final Map<String, Admitted> admitted = new ConcurrentHashMap<>();

    DecisionMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void decided(String policy, String outcome) {
        counter(policy, outcome).increment();
    }

    @Override
    public void admitted(String limit, boolean nearQuota) {
        Admitted counters = counters(limit);
        counters.all().increment();
        if (nearQuota) {
            counters.nearQuota().increment();
        }
    }

    private Admitted counters(String limit) {
        Admitted counters = admitted.get(limit);
        return counters != null
                ? counters
                : admitted.computeIfAbsent(
                        limit,
                        name -> new Admitted(
                                counter(policy(name), "admitted"),
                                Counter.builder("gateway.near.limit")
                                        .description("Requests that a limit admitted beyond 80 % of its quota")
                                        .tag("limit", name)
                                        .register(registry)));
    }

    private Counter counter(String policy, String outcome) {
        Map<String, Counter> outcomes = decisions.get(policy);
        if (outcomes == null) {
            outcomes = decisions.computeIfAbsent(policy, text -> new ConcurrentHashMap<>());
        }
        Counter counter = outcomes.get(outcome);
        return counter != null
                ? counter
                : outcomes.computeIfAbsent(
                        outcome,
                        text -> Counter.builder("gateway.decisions")
                                .description("What policies decided, where it is worth counting")
                                .tag("policy", policy)
                                .tag("outcome", text)
                                .register(registry));
    }

    private static String policy(String limit) {
        return "limit:" + limit;
    }

    /** Shows at zero what may be decided under this configuration; what is shown already stays. */
    void show(GatewayConfig config) {
        boolean mayBeAway = config.cache().type() == CacheConfig.Type.REDIS;
        config.limits().values().forEach(limit -> show(limit, mayBeAway));
        BLOCKS.forEach(by -> counter("block", by));
        WEBSOCKETS.forEach(outcome -> counter("websocket", outcome));
        AUTH.forEach(outcome -> counter("auth", outcome));
        for (Verification.Reason reason : Verification.Reason.values()) {
            counter("auth", "token_" + reason.label());
        }
        counter("revocation", "revoked");
        counter("revocation", "cut_off");
        counter("scopes", REFUSED);
        config.access().bans().forEach(ban -> counter("ban:" + ban.name(), "banned"));
        if (mayBeAway) {
            counter("block", unknown(config.access().onStoreFailure()));
            AuthConfig.Jwt jwt = config.auth().jwt();
            if (jwt != null) {
                counter("revocation", unknown(jwt.onStoreFailure()));
            }
        }
        if (config.cache().enabled() && config.routes().stream().anyMatch(route -> route.cache() != null)) {
            counter("cache", "hit");
            counter("cache", "only_if_cached");
            for (CacheStatus.Forward forward : CacheStatus.Forward.values()) {
                counter("cache", forward.token());
            }
        }
    }

    private void show(Limit limit, boolean mayBeAway) {
        String policy = policy(limit.name());
        counters(limit.name());
        boolean isSometimesShadow =
                !limit.isEnforced() || limit.enforcement().percent() < Limit.Enforcement.FULL.percent();
        if (limit.isEnforced()) {
            counter(policy, REFUSED);
        }
        if (isSometimesShadow) {
            counter(policy, "shadow_refused");
        }
        if (mayBeAway) {
            switch (limit.onStoreFailure()) {
                case LOCAL -> counter(policy, "counted_locally");
                case ALLOW -> counter(policy, UNKNOWN_ALLOWED);
                case DENY -> counter(policy, limit.isEnforced() ? UNKNOWN_DENIED : UNKNOWN_ALLOWED);
            }
        }
    }

    private static String unknown(OnUnknown answer) {
        return answer == OnUnknown.ALLOW ? UNKNOWN_ALLOWED : UNKNOWN_DENIED;
    }
}
