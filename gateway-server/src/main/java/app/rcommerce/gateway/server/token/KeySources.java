package app.rcommerce.gateway.server.token;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The factory of the key source that a configuration describes. Stateless; safe for any thread. */
public final class KeySources {

    private KeySources() {}

    /**
     * The keys of a configuration: its secret and its file, and where it names a URL also what is fetched from there.
     * Fetching begins at once; nothing is waited for. A source that is needed no longer is given to {@link #close}.
     *
     * @param jwt null where no token is accepted: no keys then
     */
    public static KeySource of(AuthConfig.@Nullable Jwt jwt, Clock clock) {
        return of(jwt, null, clock);
    }

    /**
     * The keys of a configuration that follows another. What was fetched stays where the URL is the same: the issuer
     * may be away at this moment. The source before is given to {@link #retire} once it is not asked any more.
     *
     * @param before the keys of the other configuration; null for none
     */
    public static KeySource of(AuthConfig.@Nullable Jwt jwt, @Nullable KeySource before, Clock clock) {
        if (jwt == null) {
            return KeySource.fixed(KeySet.EMPTY);
        }
        KeySet configured = configured(jwt);
        String url = jwt.jwksUrl();
        if (url == null) {
            return KeySource.fixed(configured);
        }
        JwksSource issuer = before instanceof JoinedKeys known && known.url().equals(url)
                ? known.issuer()
                : fetched(URI.create(url), JwksFetch.TIMEOUT, clock);
        return new JoinedKeys(configured, url, issuer);
    }

    static JwksSource fetched(URI url, Duration timeout, Clock clock) {
        JwksFetch fetch = new JwksFetch(url, timeout, clock);
        JwksSource source = new JwksSource(
                new JwksSource.Origin("JWK set of " + url.getHost(), fetch::fetch, fetch::close),
                Timer.system(),
                clock);
        source.start();
        return source;
    }

    private static KeySet configured(AuthConfig.Jwt jwt) {
        KeySet keys = KeySet.EMPTY;
        Secret secret = jwt.secret();
        if (secret != null) {
            keys = keys.and(KeySet.ofSecret(secret.value().getBytes(StandardCharsets.UTF_8)));
        }
        String jwks = jwt.jwks();
        return jwks == null ? keys : keys.and(KeySet.ofJwks(jwks));
    }

    /** Ends the background fetches of a source of {@link #of}, if there are any. */
    public static void close(KeySource source) {
        if (source instanceof JoinedKeys joined) {
            joined.issuer().close();
        }
    }

    /** Ends the background fetches of a source, except those that its successor has taken over. */
    public static void retire(KeySource before, KeySource after) {
        boolean takenOver = before instanceof JoinedKeys old
                && after instanceof JoinedKeys current
                && old.issuer() == current.issuer();
        if (!takenOver) {
            close(before);
        }
    }
}
