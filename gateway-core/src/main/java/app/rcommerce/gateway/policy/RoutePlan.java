package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.AppliesTo;
import app.rcommerce.gateway.limit.Limit.Key;
import app.rcommerce.gateway.route.Route;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A route with its limits sorted by when and for whom they are counted, so that one identifier costs one call to the
 * store. Immutable; any thread.
 *
 * @param route the route
 * @param anonymousAddress by address, for a caller that has presented nothing: everything that can apply to it
 * @param everyAddress by address, before a presented credential is looked at
 * @param authenticatedAddress by address, once a credential is verified
 * @param apiKey by API key
 * @param subject by subject
 */
record RoutePlan(
        Route route,
        LimitPlan anonymousAddress,
        LimitPlan everyAddress,
        LimitPlan authenticatedAddress,
        LimitPlan apiKey,
        LimitPlan subject) {

    static RoutePlan of(Route route, Map<String, Limit> limits) {
        List<Limit> named = route.limits().stream().map(name -> find(limits, name, route)).toList();
        return new RoutePlan(
                route,
                plan(named, limit -> limit.appliesTo() != AppliesTo.AUTHENTICATED
                        && (limit.key() == Key.IP || limit.key() == Key.IDENTITY)),
                plan(named, limit -> limit.appliesTo() == AppliesTo.ALL && limit.key() == Key.IP),
                plan(named, limit -> limit.appliesTo() == AppliesTo.AUTHENTICATED && limit.key() == Key.IP),
                plan(named, limit -> limit.appliesTo() != AppliesTo.ANONYMOUS
                        && (limit.key() == Key.API_KEY || limit.key() == Key.IDENTITY)),
                plan(named, limit -> limit.appliesTo() != AppliesTo.ANONYMOUS
                        && (limit.key() == Key.SUBJECT || limit.key() == Key.IDENTITY)));
    }

    private static Limit find(Map<String, Limit> limits, String name, Route route) {
        @Nullable Limit limit = limits.get(name);
        if (limit == null) {
            throw new IllegalArgumentException(
                    "routes." + route.name() + ".limits: \"" + name + "\" (expected: a configured limit)");
        }
        return limit;
    }

    private static LimitPlan plan(List<Limit> limits, Predicate<Limit> wanted) {
        return new LimitPlan(limits.stream().filter(wanted).toList());
    }
}
