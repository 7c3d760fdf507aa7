package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.policy.limit.LimitStage.Known;
import app.rcommerce.gateway.route.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route with its limits sorted by when and for whom they are counted, so that one identifier costs one call to the
 * store. What needs no credential is counted before any is looked at. Immutable; any thread.
 *
 * @param route the route
 * @param anonymous for a caller that has presented nothing: everything that can apply to it
 * @param address before a presented credential is looked at
 * @param apiKey once an API key is known
 * @param token once a token is verified
 * @param keyAndToken once both are
 */
record RoutePlan(
        Route route,
        LimitStage anonymous,
        LimitStage address,
        LimitStage apiKey,
        LimitStage token,
        LimitStage keyAndToken) {

    static RoutePlan of(Route route, Map<String, Limit> limits) {
        List<Limit> named =
                route.limits().stream().map(name -> find(limits, name, route)).toList();
        return new RoutePlan(
                route,
                LimitStage.of(Known.ANONYMOUS, named),
                LimitStage.of(Known.ADDRESS, named),
                LimitStage.of(Known.API_KEY, named),
                LimitStage.of(Known.TOKEN, named),
                LimitStage.of(Known.KEY_AND_TOKEN, named));
    }

    private static Limit find(Map<String, Limit> limits, String name, Route route) {
        @Nullable Limit limit = limits.get(name);
        if (limit == null) {
            throw new IllegalArgumentException(
                    "routes." + route.name() + ".limits: \"" + name + "\" (expected: a configured limit)");
        }
        return limit;
    }
}
