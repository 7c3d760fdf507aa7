package app.rcommerce.gateway.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The gauges of upstreams and their servers, replaced at each reload. For one thread at a time. */
final class UpstreamMeters {

    private final MeterRegistry registry;
    private final List<Meter> shown = new ArrayList<>();

    UpstreamMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows these upstreams, each with its servers, in the place of those shown before. */
    void show(Map<String, List<String>> upstreams, UpstreamState state) {
        shown.forEach(registry::remove);
        shown.clear();
        upstreams.forEach((name, servers) -> {
            show("connections", "Open connections to an upstream, busy and idle", name, state::openConnections);
            show("requests", "Requests that an upstream has yet to answer", name, state::requestsInFlight);
            for (String server : servers) {
                shown.add(Gauge.builder("gateway.upstream.server.up", () -> state.isUp(name, server) ? 1 : 0)
                        .description("0 while a server is passed over because it took no connection, else 1")
                        .tag("upstream", name)
                        .tag("server", server)
                        .register(registry));
            }
        });
    }

    private void show(String what, String description, String upstream, ToDoubleFunction<String> value) {
        shown.add(Gauge.builder("gateway.upstream." + what, () -> value.applyAsDouble(upstream))
                .description(description)
                .tag("upstream", upstream)
                .register(registry));
    }
}
