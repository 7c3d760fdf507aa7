package app.rcommerce.gateway.token;

import java.time.Duration;
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
 */
public record TokenRules(
        Set<String> algorithms,
        @Nullable String issuer,
        @Nullable String audience,
        Duration clockSkew,
        Set<String> tokenTypes,
        Set<String> keptClaims) {

    /** The algorithms that can be accepted at all (RFC 7518 §3.1, RFC 8037 §3.1); {@code none} is not among them. */
    public static final Set<String> ALGORITHMS = Set.of(
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA");

    /** Rules by which no claim is kept. */
    public TokenRules(
            Set<String> algorithms,
            @Nullable String issuer,
            @Nullable String audience,
            Duration clockSkew,
            Set<String> tokenTypes) {
        this(algorithms, issuer, audience, clockSkew, tokenTypes, Set.of());
    }

    public TokenRules {
        keptClaims = Set.copyOf(keptClaims);
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
