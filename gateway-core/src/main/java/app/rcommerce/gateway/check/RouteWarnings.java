package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.limit.Condition;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.policy.limit.CountedCallers;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.route.Route.CredentialKind;
import app.rcommerce.gateway.toml.Position;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Warnings about routes: limits that never count there, callers that no limit counts, replies that all share, repeats
 * of methods that the route does not take.
 */
final class RouteWarnings {

    private final GatewayConfig config;
    private final Places places;
    private final List<ConfigWarning> warnings;

    RouteWarnings(GatewayConfig config, Places places, List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.warnings = warnings;
    }

    void add() {
        for (int i = 0; i < config.routes().size(); i++) {
            Route route = config.routes().get(i);
            addLimits(route, i);
            addShared(route, i);
            addIdempotency(route, i);
        }
    }

    private void addLimits(Route route, int index) {
        Set<CountedCallers> callers = callers(route.auth());
        Set<CountedCallers> counted = EnumSet.noneOf(CountedCallers.class);
        for (int i = 0; i < route.limits().size(); i++) {
            Limit limit =
                    Objects.requireNonNull(config.limits().get(route.limits().get(i)));
            Set<CountedCallers> here = EnumSet.copyOf(callers);
            here.removeIf(kind -> !kind.isCountedBy(limit));
            counted.addAll(here);
            String why = here.isEmpty() ? nobody(limit, route.auth(), callers) : nothing(limit.when(), route);
            if (!why.isEmpty()) {
                warn(
                        places.of("routes", index, "limits", i),
                        route,
                        "limits[" + i + "]",
                        Written.quoted(limit.name()) + " can never count here: " + why);
            }
        }
        Set<CountedCallers> missed = EnumSet.copyOf(callers);
        missed.removeAll(counted);
        if (missed.contains(CountedCallers.API_KEY) || missed.contains(CountedCallers.TOKEN)) {
            missed.remove(CountedCallers.KEY_AND_TOKEN);
        }
        // Where nobody is counted each of the limits has been told of, or there is none on purpose.
        if (!missed.isEmpty() && !counted.isEmpty()) {
            warn(places.of("routes", index, "limits"), route, "limits", "none of them counts callers " + words(missed));
        }
    }

    /** The kinds of callers that can pass the route's authentication, as far as their credentials can be verified. */
    private Set<CountedCallers> callers(Route.Auth auth) {
        boolean tokens = config.auth().jwt() != null;
        boolean keys = !config.auth().apiKeys().isEmpty();
        return callers(auth, tokens, keys);
    }

    private static Set<CountedCallers> callers(Route.Auth auth, boolean tokens, boolean keys) {
        Set<CountedCallers> callers = EnumSet.noneOf(CountedCallers.class);
        if (!auth.isRequired()) {
            callers.add(CountedCallers.ANONYMOUS);
        }
        if (tokens && auth.accepted().contains(CredentialKind.JWT)) {
            callers.add(CountedCallers.TOKEN);
        }
        if (keys && auth.accepted().contains(CredentialKind.API_KEY)) {
            callers.add(CountedCallers.API_KEY);
        }
        if (tokens && keys && auth.isVerified()) {
            callers.add(CountedCallers.KEY_AND_TOKEN);
        }
        return callers;
    }

    /** Why a limit counts none of these callers of a route. */
    private static String nobody(Limit limit, Route.Auth auth, Set<CountedCallers> callers) {
        Set<CountedCallers> counted = EnumSet.allOf(CountedCallers.class);
        counted.removeIf(kind -> !kind.isCountedBy(limit));
        String what = "it counts callers " + words(counted) + ", ";
        for (CountedCallers kind : callers(auth, true, true)) {
            if (counted.contains(kind)) {
                return what + "and "
                        + (kind == CountedCallers.API_KEY
                                ? "there are no [[auth.api_keys]]"
                                : "there is no [auth.jwt]");
            }
        }
        return what + "those of this route come " + words(callers);
    }

    /** Why a limit under this condition counts no request of the route; empty where it may count some. */
    private static String nothing(Condition when, Route route) {
        Set<String> taken = new TreeSet<>(route.methods());
        if (taken.contains("GET")) {
            taken.add("HEAD");
        }
        if (!when.methods().isEmpty() && !taken.isEmpty() && Collections.disjoint(when.methods(), taken)) {
            return "it counts " + String.join(", ", new TreeSet<>(when.methods())) + ", this route takes "
                    + String.join(", ", taken);
        }
        if (when.path() != null && !when.path().overlaps(route.path())) {
            return "it counts " + when.path() + ", this route has " + route.path();
        }
        return "";
    }

    private void addShared(Route route, int index) {
        Handler.CacheRule cache = route.cache();
        if (cache != null && cache.shared() && route.auth().isRequired()) {
            warn(
                    places.of("routes", index, "cache", "shared"),
                    route,
                    "cache.shared",
                    "every caller must present a credential, and all get the reply that the first one got; shared = false"
                            + " keeps apart what the upstream does not call public");
        }
    }

    private void addIdempotency(Route route, int index) {
        boolean ruled = route.handler() instanceof Handler.Proxy proxy && proxy.idempotency() != null;
        if (ruled && !route.methods().isEmpty() && route.methods().stream().noneMatch(IdempotencyRule::appliesTo)) {
            warn(
                    places.of("routes", index, "idempotency"),
                    route,
                    "idempotency",
                    "no request has a part in it: it is for POST and PATCH, this route takes "
                            + String.join(", ", new TreeSet<>(route.methods())));
        }
    }

    private static String words(Collection<CountedCallers> kinds) {
        return kinds.stream().map(CountedCallers::toString).collect(Collectors.joining(" or "));
    }

    private void warn(Position position, Route route, String key, String text) {
        warnings.add(new ConfigWarning(position, Written.path("routes", route.name()) + "." + key, text));
    }
}
