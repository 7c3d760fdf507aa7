package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.policy.limit.LimitStage.CallerKind;
import app.rcommerce.gateway.route.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route with its limits sorted by the stage and the kind of caller for which they are counted, so that each
 * identifier costs one call to the store. Limits that need no credential are counted before one is verified. Immutable;
 * any thread.
 *
 * @param route the route
 * @param anonymous all limits that can apply to a caller that has presented no credential
 * @param address limits that are counted before a presented credential is verified
 * @param apiKey limits that are counted once an API key is known
 * @param token limits that are counted once a token is verified
 * @param keyAndToken limits that are counted once both are
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
                LimitStage.of(CallerKind.ANONYMOUS, named),
                LimitStage.of(CallerKind.ADDRESS, named),
                LimitStage.of(CallerKind.API_KEY, named),
                LimitStage.of(CallerKind.TOKEN, named),
                LimitStage.of(CallerKind.KEY_AND_TOKEN, named));
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
