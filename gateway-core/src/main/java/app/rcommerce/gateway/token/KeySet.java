package app.rcommerce.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACVerifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that tokens are verified with: a shared secret, the public keys of a JWK set (RFC 7517), or both. Immutable;
 * safe for any thread.
 */
public final class KeySet {

    /** The empty set, as before the first JWK set has been fetched. */
    public static final KeySet EMPTY = new KeySet(List.of(), 0);

    /** The most keys that are tried for a token whose header names no key, which bounds the cost of a bad token. */
    private static final int MOST_TRIED = 4;

    private static final int LEAST_SECRET_BYTES = 32;

    private final List<VerificationKey> keys;
    private final int skipped;

    KeySet(List<VerificationKey> keys, int skipped) {
        this.keys = List.copyOf(keys);
        this.skipped = skipped;
    }

    /**
     * A shared secret for HS256, for HS384 from 48 bytes on, and for HS512 from 64 bytes on (RFC 7518 §3.2).
     *
     * @throws IllegalArgumentException where it is shorter than 32 bytes
     */
    public static KeySet ofSecret(byte[] secret) {
        if (secret.length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "JWT secret: " + secret.length + " bytes (expected: at least " + LEAST_SECRET_BYTES + ")");
        }
        Set<String> algorithms = new LinkedHashSet<>(List.of("HS256"));
        if (secret.length >= 48) {
            algorithms.add("HS384");
        }
        if (secret.length >= 64) {
            algorithms.add("HS512");
        }
        try {
            return new KeySet(
                    List.of(new VerificationKey(null, algorithms, VerificationKey.by(new MACVerifier(secret)))), 0);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("JWT secret: not usable (expected: at least 32 bytes)", e);
        }
    }

    /**
     * The public keys of a JWK set that can verify signatures: RSA of 2048 to 8192 bits, EC on P-256, P-384 and P-521,
     * Ed25519. Others are skipped, as RFC 7517 §5 asks; so are secrets, which have no place in a public set.
     *
     * @throws IllegalArgumentException where the text is no JWK set at all
     */
    public static KeySet ofJwks(String json) {
        return JwkSet.parse(json);
    }

    /** The set of these keys and the others. */
    public KeySet and(KeySet others) {
        List<VerificationKey> all = new ArrayList<>(keys);
        all.addAll(others.keys);
        return new KeySet(all, skipped + others.skipped);
    }

    /** Whether any key may be used with the algorithm. */
    public boolean serves(String algorithm) {
        return keys.stream().anyMatch(key -> key.algorithms().contains(algorithm));
    }

    /** How many keys there are. */
    public int size() {
        return keys.size();
    }

    /** How many members of the JWK set could not be used. */
    public int skipped() {
        return skipped;
    }

    /**
     * The keys to try, of those that are for the algorithm. Where the token names a key id these are the keys with that
     * id, or, where there are none, the keys without an id; where it names none they are all keys. At most
     * {@link #MOST_TRIED}.
     */
    List<VerificationKey> candidates(String algorithm, @Nullable String kid) {
        List<VerificationKey> named = new ArrayList<>();
        List<VerificationKey> others = new ArrayList<>();
        for (VerificationKey key : keys) {
            if (!key.algorithms().contains(algorithm)) {
                continue;
            }
            if (kid != null && kid.equals(key.kid())) {
                named.add(key);
            } else if (kid == null || key.kid() == null) {
                others.add(key);
            }
        }
        List<VerificationKey> chosen = named.isEmpty() ? others : named;
        return chosen.size() <= MOST_TRIED ? chosen : chosen.subList(0, MOST_TRIED);
    }
}
