package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Written;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Warnings about limits and upstreams that no route names. */
final class UnusedWarnings {

    private final GatewayConfig config;
    private final Places places;
    private final List<ConfigWarning> warnings;

    UnusedWarnings(GatewayConfig config, Places places, List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.warnings = warnings;
    }

    void add() {
        Set<String> limits = new HashSet<>();
        Set<String> upstreams = new HashSet<>();
        config.routes().forEach(route -> {
            limits.addAll(route.limits());
            String upstream = route.handler().upstream();
            if (upstream != null) {
                upstreams.add(upstream);
            }
        });
        config.limits().keySet().forEach(name -> warn("limits", name, limits));
        config.upstreams().keySet().forEach(name -> warn("upstreams", name, upstreams));
    }

    private void warn(String table, String name, Set<String> used) {
        if (!used.contains(name)) {
            warnings.add(new ConfigWarning(places.of(table, name), Written.path(table, name), "no route names it"));
        }
    }
}
