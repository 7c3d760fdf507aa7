package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import java.util.List;

/** Warnings about routes with queues that anybody can fill. */
final class QueueWarnings {

    private final GatewayConfig config;
    private final Places places;
    private final List<ConfigWarning> warnings;

    QueueWarnings(GatewayConfig config, Places places, List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.warnings = warnings;
    }

    void add() {
        for (int i = 0; i < config.routes().size(); i++) {
            Route route = config.routes().get(i);
            if (route.handler() instanceof Handler.Enqueue enqueue
                    && enqueue.verifier() == null
                    && !route.auth().isRequired()
                    && route.limits().isEmpty()) {
                warnings.add(
                        new ConfigWarning(
                                places.of("routes", i, "handler"),
                                Written.path("routes", route.name()) + ".handler",
                                "anybody can fill the queue: a credential is not required, and there is neither verify nor a limit"));
            }
        }
    }
}
