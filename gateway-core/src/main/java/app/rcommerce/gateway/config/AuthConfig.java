package app.rcommerce.gateway.config;

import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionCarrier;
import app.rcommerce.gateway.limit.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code [auth]}.
 *
 * @param jwt how tokens are verified; null where no token is accepted
 * @param apiKeys the known keys; ids and digests are unique
 * @param session how login sessions are looked up; null where none is accepted
 */
public record AuthConfig(
        @Nullable Jwt jwt, List<ApiKey> apiKeys, @Nullable Session session) {

    /**
     * The table {@code [auth.jwt]}.
     *
     * @param algorithms accepted algorithms by their JWA names (RFC 7518 §3.1), such as {@code HS256}
     * @param secret for the HS algorithms
     * @param jwks a JWK set (RFC 7517) in a file's content, for the others
     * @param jwksUrl where a JWK set is fetched
     * @param issuer what {@code iss} must be; null for any
     * @param audience what {@code aud} must contain; null for any
     * @param clockSkew granted to {@code exp} and {@code nbf}
     * @param maxTokenLife the longest life of a token that the issuer gives out, at least 24 hours: so long at least a
     *     cut-off is kept
     * @param tokenTypes what {@code token_type} must be among, where the claim is present; empty for any
     * @param scopeClaims the claims that hold scopes, by name or path; the first one that a token has counts
     * @param badSignatures how many tokens of one address may have a bad signature before further unknown ones are
     *     refused unverified
     * @param onStoreFailure what holds for a token of unknown standing while revocations cannot be looked up
     * @param cookie the name of the cookie in which browsers send a token to routes with topics; null for none
     */
    public record Jwt(
            Set<String> algorithms,
            @Nullable Secret secret,
            @Nullable String jwks,
            @Nullable String jwksUrl,
            @Nullable String issuer,
            @Nullable String audience,
            Duration clockSkew,
            Duration maxTokenLife,
            Set<String> tokenTypes,
            List<String> scopeClaims,
            Rate badSignatures,
            OnUnknown onStoreFailure,
            @Nullable String cookie) {

        public Jwt {
            algorithms = Set.copyOf(algorithms);
            tokenTypes = Set.copyOf(tokenTypes);
            scopeClaims = List.copyOf(scopeClaims);
        }
    }

    /**
     * The table {@code [auth.session]}.
     *
     * @param carrier where requests carry the id
     * @param idle how long a session lives that is not used
     * @param absolute how long it lives at most, where its record says when it was created
     * @param csrf whether pages of other sites are kept from using it
     * @param origins other origins whose pages may use it
     * @param knownFor how long a session is believed, while the store is away, after it was seen last
     */
    public record Session(
            SessionCarrier carrier,
            Duration idle,
            Duration absolute,
            boolean csrf,
            List<String> origins,
            Duration knownFor) {

        public Session {
            origins = List.copyOf(origins);
        }
    }

    /** What holds for a caller of whom nothing is known while the store cannot be asked. */
    public enum OnUnknown {
        /** The caller passes. */
        ALLOW,
        /** The caller is refused with 503. */
        DENY
    }

    /**
     * One of {@code [[auth.api_keys]]}.
     *
     * @param id what the key is called in identifiers, logs and metrics
     * @param sha256 the digest of the full key: 64 lower-case hexadecimal digits
     * @param scopes what the key permits
     * @param limitMultiplier by which the quotas of limits counted per key are multiplied
     */
    public record ApiKey(String id, String sha256, Scopes scopes, double limitMultiplier) {}

    public AuthConfig {
        apiKeys = List.copyOf(apiKeys);
    }
}
