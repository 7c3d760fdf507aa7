package app.rcommerce.gateway.identity;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caller of a request, as far as a verified credential says who it is. Immutable. */
public sealed interface Caller {

    /** A caller that presented no credential. */
    Caller ANONYMOUS = new Anonymous();

    /**
     * The identities under which a caller is blocked and logged beside its address, an API key first; none for an
     * anonymous caller.
     */
    List<Identifier> identifiers();

    /** Whether its credentials permit every one of the wanted scopes. */
    boolean permits(Collection<String> wanted);

    /** The identity that is closest to one person; a ban by identity blocks this one. Null for an anonymous caller. */
    @Nullable
    Identifier closest();

    /** The API key that is presented, if one is. */
    @Nullable
    ApiKeyCaller apiKey();

    /** The token that is presented, if one is. */
    @Nullable
    TokenCaller token();

    /** A caller that presented no credential. */
    record Anonymous() implements Caller {
        @Override
        public List<Identifier> identifiers() {
            return List.of();
        }

        @Override
        public boolean permits(Collection<String> wanted) {
            return wanted.isEmpty();
        }

        @Override
        public @Nullable Identifier closest() {
            return null;
        }

        @Override
        public @Nullable ApiKeyCaller apiKey() {
            return null;
        }

        @Override
        public @Nullable TokenCaller token() {
            return null;
        }
    }

    /**
     * A caller with a known API key.
     *
     * @param identifier {@code key:{id}}
     * @param scopes what the key permits
     * @param limitMultiplier by which the quotas of limits counted per key are multiplied
     */
    record ApiKeyCaller(Identifier identifier, Scopes scopes, double limitMultiplier) implements Caller {

        @Override
        public List<Identifier> identifiers() {
            return List.of(identifier);
        }

        @Override
        public boolean permits(Collection<String> wanted) {
            return scopes.permitAll(wanted);
        }

        @Override
        public Identifier closest() {
            return identifier;
        }

        @Override
        public ApiKeyCaller apiKey() {
            return this;
        }

        @Override
        public @Nullable TokenCaller token() {
            return null;
        }
    }

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

        /** A caller whose token has no claims that the configuration asks for. */
        public TokenCaller(
                Identifier identifier, Scopes scopes, String tokenId, long issuedAtMillis, long expiresAtMillis) {
            this(identifier, scopes, tokenId, issuedAtMillis, expiresAtMillis, Map.of());
        }

        @Override
        public List<Identifier> identifiers() {
            return List.of(identifier);
        }

        @Override
        public boolean permits(Collection<String> wanted) {
            return scopes.permitAll(wanted);
        }

        @Override
        public Identifier closest() {
            return identifier;
        }

        @Override
        public @Nullable ApiKeyCaller apiKey() {
            return null;
        }

        @Override
        public TokenCaller token() {
            return this;
        }
    }

    /**
     * A caller with both an API key and a token, such as an app that sends its own key and its user's token. It is
     * limited and blocked as either of the two, and permitted only what both permit.
     *
     * @param apiKey the app
     * @param token the user
     */
    record KeyAndToken(ApiKeyCaller apiKey, TokenCaller token) implements Caller {

        @Override
        public List<Identifier> identifiers() {
            return List.of(apiKey.identifier(), token.identifier());
        }

        @Override
        public boolean permits(Collection<String> wanted) {
            return apiKey.permits(wanted) && token.permits(wanted);
        }

        @Override
        public Identifier closest() {
            return token.identifier();
        }
    }
}
