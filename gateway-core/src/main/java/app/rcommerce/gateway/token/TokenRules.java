package app.rcommerce.gateway.token;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a token must meet. Immutable.
 *
 * @param algorithms accepted algorithms, of {@link #ALGORITHMS}; at least one
 * @param issuer what {@code iss} must be; null for any
 * @param audience what {@code aud} must contain; null for any
 * @param clockSkew granted to {@code exp}, {@code nbf} and {@code iat}
 * @param tokenTypes what {@code token_type} must be among, where the claim is present; empty for any
 * @param keptClaims names of claims that the caller is to be known by
 * @param scopeClaims the claims that hold scopes, by name or by path such as {@code realm_access.roles}; the first one
 *     that a token has counts
 */
public record TokenRules(
        Set<String> algorithms,
        @Nullable String issuer,
        @Nullable String audience,
        Duration clockSkew,
        Set<String> tokenTypes,
        Set<String> keptClaims,
        List<String> scopeClaims) {

    /** The algorithms that can be accepted at all (RFC 7518 §3.1, RFC 8037 §3.1); {@code none} is not among them. */
    public static final Set<String> ALGORITHMS = Set.of(
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA");

    /** The claims that hold scopes where the configuration names none. */
    public static final List<String> SCOPE_CLAIMS = List.of("permissions", "scope", "scp");

    /** Rules by which no claim is kept, and scopes stand where they usually do. */
    public TokenRules(
            Set<String> algorithms,
            @Nullable String issuer,
            @Nullable String audience,
            Duration clockSkew,
            Set<String> tokenTypes) {
        this(algorithms, issuer, audience, clockSkew, tokenTypes, Set.of(), SCOPE_CLAIMS);
    }

    public TokenRules {
        keptClaims = Set.copyOf(keptClaims);
        scopeClaims = List.copyOf(scopeClaims);
        algorithms = Set.copyOf(algorithms);
        tokenTypes = Set.copyOf(tokenTypes);
        if (algorithms.isEmpty() || !ALGORITHMS.containsAll(algorithms)) {
            throw new IllegalArgumentException("algorithms: " + new TreeSet<>(algorithms) + " (expected: some of "
                    + new TreeSet<>(ALGORITHMS) + ")");
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("clock skew: " + clockSkew + " (expected: 0 s to 1 day)");
        }
    }
}
