package app.rcommerce.gateway.route;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One route as it is configured. Immutable.
 *
 * @param name the unique name, which stands in metrics and logs
 * @param hosts hosts in lower case, exact or {@code *.example.com}; empty for every host
 * @param path the pattern over normalised paths
 * @param methods methods in upper case; empty for every method
 * @param handler what answers requests that pass
 * @param auth what is required of the caller
 * @param scopes the scopes that a caller with a credential must have
 * @param limits names of limits, in the order they are applied
 * @param cost how many permits of its limits a request takes, whatever answers it
 */
public record Route(
        String name,
        List<String> hosts,
        PathPattern path,
        Set<String> methods,
        Handler handler,
        Auth auth,
        List<String> scopes,
        List<String> limits,
        Cost cost) {

    /** What a route requires of its callers. */
    public enum Auth {
        /** Credentials are not verified, and are forwarded. */
        NONE,
        /** A caller needs no credential, but a bad one is refused. */
        OPTIONAL,
        /** A caller without a valid credential is refused. */
        REQUIRED
    }

    /**
     * How many permits a request takes from the limits.
     *
     * @param permits how many are taken before the handler answers, at least 1
     * @param responseField the field of the upstream's response that says how many the request has cost; null where
     *     none does
     * @param most the bound above which the field is not believed
     */
    public record Cost(int permits, @Nullable String responseField, int most) {

        /** A cost of one permit. */
        public static final Cost ONE = of(1);

        /** A fixed cost, whatever the upstream says. */
        public static Cost of(int permits) {
            return new Cost(permits, null, permits);
        }
    }

    public Route {
        hosts = List.copyOf(hosts);
        methods = Set.copyOf(methods);
        scopes = List.copyOf(scopes);
        limits = List.copyOf(limits);
    }

    /** How replies are cached, or null where they are not. */
    public Handler.@Nullable CacheRule cache() {
        return handler.cache();
    }
}
