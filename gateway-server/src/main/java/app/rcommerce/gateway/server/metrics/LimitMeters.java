package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.policy.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The meters of refusals by limits: which window has refused, and whose count. Their labels are names of the
 * configuration and constants. Counting builds no text. Safe for any thread.
 */
final class LimitMeters {

    private final MeterRegistry registry;
    private final Map<String, Map<String, Map<Reason.Counted, Counter>>> refusals = new ConcurrentHashMap<>();

    LimitMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void refused(Reason.OverLimit over) {
        counter(over.limit(), over.window(), over.counted()).increment();
    }

    /** Shows at zero what may be refused under this configuration; what is shown already stays. */
    void show(GatewayConfig config) {
        List<Reason.Counted> counts = config.cache().type() == CacheConfig.Type.REDIS
                ? List.of(Reason.Counted.values())
                : List.of(Reason.Counted.LOCAL);
        for (Limit limit : config.limits().values()) {
            if (!limit.isEnforced()) {
                continue;
            }
            for (Reason.Counted by : counts) {
                limit.rates().forEach(rate -> counter(limit.name(), rate.label(), by));
                if (limit.quota().concurrency() > 0) {
                    counter(limit.name(), "concurrency", by);
                }
            }
        }
    }

    private Counter counter(String limit, String window, Reason.Counted by) {
        return refusals.computeIfAbsent(limit, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(window, label -> new ConcurrentHashMap<>())
                .computeIfAbsent(by, counted -> register(limit, window, counted));
    }

    private Counter register(String limit, String window, Reason.Counted by) {
        return Counter.builder("gateway.limit.refusals")
                .description("Requests refused by a limit, by the window that refuses longest and by whose count")
                .tag("limit", limit)
                .tag("window", window)
                .tag("counted", by.label())
                .register(registry);
    }
}
