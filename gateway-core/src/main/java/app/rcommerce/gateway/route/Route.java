package app.rcommerce.gateway.route;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One route as it is configured. Immutable.
 *
 * @param name the unique name, which stands in metrics and logs
 * @param hosts hosts in lower case, exact or {@code *.example.com}; empty for every host
 * @param path the pattern over normalised paths
 * @param methods methods in upper case; empty for every method
 * @param handler what answers requests that pass
 * @param auth what is required of the caller's credentials
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

    /** A kind of credential. */
    public enum CredentialKind {
        /** A JSON Web Token. */
        JWT,
        /** An API key. */
        API_KEY,
        /** A login session. */
        SESSION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a route requires of its callers' credentials. Every credential that is presented is verified; one of them is
     * of an accepted kind, so that a caller with a key and a token passes where either kind is accepted.
     *
     * @param isVerified whether the route looks at credentials at all; if not, they are forwarded as they came
     * @param isRequired whether a caller without a credential is refused
     * @param accepted the kinds of which at least one must be among those presented; empty where none is verified
     * @param isStripped whether the credentials that authenticated the caller are kept from the upstream
     */
    public record Auth(boolean isVerified, boolean isRequired, Set<CredentialKind> accepted, boolean isStripped) {

        private static final Set<CredentialKind> ANY = EnumSet.allOf(CredentialKind.class);

        /** Credentials are not verified, and are forwarded. */
        public static final Auth NONE = new Auth(false, false, Set.of(), false);
        /** A caller needs no credential, but a bad one is refused. */
        public static final Auth OPTIONAL = optional(ANY);
        /** A caller without a valid credential is refused. */
        public static final Auth REQUIRED = required(ANY);

        public Auth {
            accepted = Set.copyOf(accepted);
        }

        /** A caller needs no credential; one that presents any needs one of these kinds. */
        public static Auth optional(Set<CredentialKind> accepted) {
            return new Auth(true, false, accepted, false);
        }

        /** A caller needs a credential of one of these kinds. */
        public static Auth required(Set<CredentialKind> accepted) {
            return new Auth(true, true, accepted, false);
        }

        /** The same, with the credentials kept from the upstream or not. */
        public Auth stripped(boolean isStripped) {
            return new Auth(isVerified, isRequired, accepted, isStripped);
        }

        /** The words for operators: {@code none}, {@code optional}, {@code required}, {@code jwt, optional}. */
        @Override
        public String toString() {
            String need = !isVerified ? "none" : isRequired ? "required" : "optional";
            if (accepted.isEmpty() || accepted.equals(ANY)) {
                return need;
            }
            String kinds =
                    accepted.stream().sorted().map(CredentialKind::toString).collect(Collectors.joining(" or "));
            return isRequired ? kinds : kinds + ", optional";
        }
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
