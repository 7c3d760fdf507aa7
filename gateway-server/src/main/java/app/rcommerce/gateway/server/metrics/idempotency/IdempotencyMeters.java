package app.rcommerce.gateway.server.metrics.idempotency;

import app.rcommerce.gateway.server.exchange.idempotency.IdempotencyMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of requests with idempotency keys, at zero from when a route is configured. Safe for any thread. */
public final class IdempotencyMeters implements IdempotencyMeter {

    private final MeterRegistry registry;
    private final Map<String, Map<Outcome, Counter>> routes = new ConcurrentHashMap<>();

    /** Meters in this registry, of no route yet. */
    public IdempotencyMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows this route. */
    public void configured(String route) {
        counters(route);
    }

    @Override
    public void counted(String route, Outcome outcome) {
        Counter counter = counters(route).get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    private Map<Outcome, Counter> counters(String route) {
        Map<Outcome, Counter> known = routes.get(route);
        return known != null ? known : routes.computeIfAbsent(route, this::register);
    }

    private Map<Outcome, Counter> register(String route) {
        Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("gateway.idempotency")
                            .description("Requests with idempotency keys, and answers to them, by what became of them")
                            .tags("route", route, "outcome", outcome.text())
                            .register(registry));
        }
        return counters;
    }
}
