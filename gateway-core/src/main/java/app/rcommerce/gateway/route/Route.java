package app.rcommerce.gateway.route;

import java.time.Duration;
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
 * @param upstream the name of the upstream that answers
 * @param auth what is asked of the caller
 * @param scopes what a caller that has presented a credential must be permitted
 * @param limits names of limits, in the order they are applied
 * @param cost how many permits of its limits a request takes
 * @param cache how replies are cached, or null where they are not
 * @param maxRequestBody the largest request content in bytes, or null for the server's own bound
 */
public record Route(
        String name,
        List<String> hosts,
        PathPattern path,
        Set<String> methods,
        String upstream,
        Auth auth,
        List<String> scopes,
        List<String> limits,
        Cost cost,
        @Nullable CacheRule cache,
        @Nullable Long maxRequestBody) {

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
     * How a route's replies are cached.
     *
     * @param ttl the freshness lifetime where the reply names none
     * @param shared whether one copy serves every caller allowed on the route, credentials or not; otherwise only what
     *     RFC 9111 lets a shared cache keep
     * @param maxEntryBytes the largest content that is stored
     */
    public record CacheRule(Duration ttl, boolean shared, long maxEntryBytes) {}

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
}
