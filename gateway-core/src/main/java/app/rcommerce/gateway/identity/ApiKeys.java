package app.rcommerce.gateway.identity;

import app.rcommerce.gateway.identity.Caller.ApiKeyCaller;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The known API keys, stored and looked up by the SHA-256 digest of the full key. The time of a look-up can tell
 * something about digests only, whose bytes a client cannot choose, so it does not help to guess a key. Immutable; safe
 * for any thread.
 */
public final class ApiKeys {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final Map<Digest, ApiKeyCaller> byDigest;

    /**
     * One known key.
     *
     * @param id what the key is called, unique
     * @param sha256 the digest of the full key: 64 lower-case hexadecimal digits, unique
     * @param scopes what the key permits
     * @param limitMultiplier by which the quotas of limits counted per key are multiplied
     */
    public record KnownKey(String id, String sha256, Scopes scopes, double limitMultiplier) {
        public KnownKey {
            if (!SHA_256.matcher(sha256).matches()) {
                throw new IllegalArgumentException("API key " + id + ": sha256 of " + sha256.length()
                        + " characters (expected: 64 lower-case hexadecimal digits)");
            }
        }
    }

    private ApiKeys(Map<Digest, ApiKeyCaller> byDigest) {
        this.byDigest = byDigest;
    }

    /**
     * The set of the given keys.
     *
     * @throws IllegalArgumentException where two have the same id or the same digest
     */
    public static ApiKeys of(Collection<KnownKey> keys) {
        Map<Digest, ApiKeyCaller> byDigest = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (KnownKey key : keys) {
            Digest digest = new Digest(HexFormat.of().parseHex(key.sha256()));
            var caller = new ApiKeyCaller(Identifier.key(key.id()), key.scopes(), key.limitMultiplier());
            ApiKeyCaller other = byDigest.put(digest, caller);
            if (other != null || !ids.add(key.id())) {
                throw new IllegalArgumentException(
                        "API key " + key.id() + ": the id or the digest of another key (expected: unique ones)");
            }
        }
        return new ApiKeys(byDigest);
    }

    /** The caller that the key belongs to, or null for an unknown key. */
    public @Nullable ApiKeyCaller find(String presented) {
        return byDigest.get(Digest.of(presented));
    }
}
