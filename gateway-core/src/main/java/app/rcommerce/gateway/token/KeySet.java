package app.rcommerce.gateway.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys that tokens are verified with: a shared secret, the public keys of a JWK set (RFC 7517), or both. Immutable;
 * safe for any thread.
 */
public final class KeySet {

    /** No key at all: before the first JWK set has been fetched. */
    public static final KeySet EMPTY = new KeySet(List.of(), 0);

    /** Signatures tried per token where its header does not say which key it is: bounds what a bad token costs. */
    private static final int MOST_TRIED = 4;

    private static final int LEAST_SECRET_BYTES = 32;
    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 8192;
    private static final int MOST_KEYS = 100;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<VerificationKey> keys;
    private final int skipped;

    private KeySet(List<VerificationKey> keys, int skipped) {
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
        JsonNode members;
        try {
            members = JSON.readTree(json).get("keys");
        } catch (JacksonException e) {
            throw new IllegalArgumentException("JWK set: not JSON (expected: {\"keys\": […]})", e);
        }
        if (members == null || !members.isArray() || members.size() > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "JWK set: no array \"keys\" of at most " + MOST_KEYS + " members (expected: {\"keys\": […]})");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (JsonNode member : members) {
            VerificationKey key = key(member);
            if (key != null) {
                keys.add(key);
            }
        }
        return new KeySet(keys, members.size() - keys.size());
    }

    /** These keys and the others. */
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

    /** The keys to try: those with the id if the token names one, else those without an id, else all; by algorithm. */
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

    private static @Nullable VerificationKey key(JsonNode member) {
        try {
            JWK jwk = JWK.parse(member.toString());
            boolean forSignatures = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
            Set<KeyOperation> operations = jwk.getKeyOperations();
            boolean mayVerify = operations == null || operations.contains(KeyOperation.VERIFY);
            if (!forSignatures || !mayVerify || jwk.getKeyRevocation() != null) {
                return null;
            }
            return switch (jwk) {
                case RSAKey rsa -> rsa(rsa);
                case ECKey ec -> ec(ec);
                case OctetKeyPair pair -> octetPair(pair);
                default -> null;
            };
        } catch (ParseException | JOSEException | GeneralSecurityException | RuntimeException e) {
            return null; // one odd key must not take the others with it
        }
    }

    private static @Nullable VerificationKey rsa(RSAKey key) throws JOSEException {
        int bits = key.toRSAPublicKey().getModulus().bitLength();
        return bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS
                ? null
                : key(
                        key,
                        Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
                        VerificationKey.by(new RSASSAVerifier(key.toRSAPublicKey())));
    }

    private static @Nullable VerificationKey ec(ECKey key) throws JOSEException {
        Curve curve = key.getCurve();
        String algorithm = curve.equals(Curve.P_256)
                ? "ES256"
                : curve.equals(Curve.P_384) ? "ES384" : curve.equals(Curve.P_521) ? "ES512" : null;
        return algorithm == null
                ? null
                : key(key, Set.of(algorithm), VerificationKey.by(new ECDSAVerifier(key.toECPublicKey())));
    }

    private static @Nullable VerificationKey octetPair(OctetKeyPair key) throws GeneralSecurityException {
        byte[] x = key.getDecodedX();
        return key.getCurve().equals(Curve.Ed25519) && x.length == 32
                ? key(key, Set.of("EdDSA"), VerificationKey.ed25519(x))
                : null;
    }

    /** With the algorithms cut to the one that the JWK names, if it names one. */
    private static @Nullable VerificationKey key(JWK jwk, Set<String> possible, VerificationKey.Check check) {
        Algorithm named = jwk.getAlgorithm();
        if (named == null) {
            return new VerificationKey(jwk.getKeyID(), possible, check);
        }
        // RFC 9864 calls EdDSA on this curve by the curve's name.
        String name = named.getName().equals("Ed25519") ? "EdDSA" : named.getName();
        return possible.contains(name) ? new VerificationKey(jwk.getKeyID(), Set.of(name), check) : null;
    }
}
