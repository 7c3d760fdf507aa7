package app.rcommerce.gateway.identity;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is calling, as far as a verified credential tells. Immutable. */
public sealed interface Caller {

    /** A caller that presented no credential. */
    Caller ANONYMOUS = new Anonymous();

    /** The identity a caller is counted and blocked under beside its address; null for an anonymous caller. */
    @Nullable Identifier identifier();

    /** What the credential permits. */
    Scopes scopes();

    /** No credential. */
    record Anonymous() implements Caller {
        @Override
        public @Nullable Identifier identifier() {
            return null;
        }

        @Override
        public Scopes scopes() {
            return Scopes.NONE;
        }
    }

    /**
     * A caller with a known API key.
     *
     * @param identifier {@code key:{id}}
     * @param scopes what the key permits
     * @param limitMultiplier by which the quotas of limits counted per key are multiplied
     */
    record ApiKeyCaller(Identifier identifier, Scopes scopes, double limitMultiplier) implements Caller {}

    /**
     * A caller with a verified token.
     *
     * @param identifier {@code user:{sub}}
     * @param scopes the token's permissions
     * @param tokenId what the token is revoked under
     * @param issuedAtMillis the {@code iat} claim in milliseconds since the epoch; 0 where the token has none
     * @param expiresAtMillis the {@code exp} claim in milliseconds since the epoch
     * @param claims by name, as texts: those that the configuration asks for and the token has
     */
    record TokenCaller(
            Identifier identifier,
            Scopes scopes,
            String tokenId,
            long issuedAtMillis,
            long expiresAtMillis,
            Map<String, String> claims)
            implements Caller {

        public TokenCaller {
            claims = Map.copyOf(claims);
        }

        /** Of a token no claim of which is asked for. */
        public TokenCaller(
                Identifier identifier, Scopes scopes, String tokenId, long issuedAtMillis, long expiresAtMillis) {
            this(identifier, scopes, tokenId, issuedAtMillis, expiresAtMillis, Map.of());
        }
    }
}
