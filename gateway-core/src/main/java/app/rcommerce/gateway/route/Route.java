package app.rcommerce.gateway.route;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One route as it is configured. Immutable.
 *
 * @param name unique; stands in metrics and logs
 * @param hosts hosts in lower case, exact or {@code *.example.com}; empty for every host
 * @param path the pattern over normalised paths
 * @param methods methods in upper case; empty for every method
 * @param handler what answers
 * @param auth what is asked of the caller
 * @param scopes what a caller that has presented a credential must be permitted
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

    /** What a route asks of its callers. */
    public enum Auth {
        /** Credentials are not looked at; they are passed on. */
        NONE,
        /** A caller may come without; a bad credential is refused all the same. */
        OPTIONAL,
        /** A caller without a valid credential is refused. */
        REQUIRED
    }

    /**
     * How many permits a request takes.
     *
     * @param permits before it is forwarded, at least 1
     * @param responseField the field of the upstream's answer that says how many it was; null where it is never asked
     * @param most no more than these are believed of the field
     */
    public record Cost(int permits, @Nullable String responseField, int most) {

        /** One permit. */
        public static final Cost ONE = of(1);

        /** So many, whatever the upstream says. */
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
