package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.policy.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
        counters(over.limit(), over.window())
                .computeIfAbsent(over.counted(), by -> register(over, by))
                .increment();
    }

    private Map<Reason.Counted, Counter> counters(String limit, String window) {
        return refusals.computeIfAbsent(limit, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(window, label -> new ConcurrentHashMap<>());
    }

    private Counter register(Reason.OverLimit over, Reason.Counted by) {
        return Counter.builder("gateway.limit.refusals")
                .description("Requests refused by a limit, by the window that refuses longest and by whose count")
                .tag("limit", over.limit())
                .tag("window", over.window())
                .tag("counted", by.label())
                .register(registry);
    }
}
