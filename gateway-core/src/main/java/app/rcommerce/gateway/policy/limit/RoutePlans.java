package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/** The plans of a configuration's routes. Immutable; any thread. */
public final class RoutePlans {

    private final IdentityHashMap<Route, RoutePlan> plans = new IdentityHashMap<>();

    /** Plans of these routes, which name some of these limits. */
    public RoutePlans(Collection<Route> routes, Map<String, Limit> limits) {
        routes.forEach(route -> plans.put(route, RoutePlan.of(route, limits)));
    }

    /** The plan of the call's route. */
    RoutePlan of(Call call) {
        Route route = call.foundRoute();
        RoutePlan plan = plans.get(route);
        if (plan == null) {
            throw new IllegalStateException("route " + route.name() + " has no plan");
        }
        return plan;
    }
}
