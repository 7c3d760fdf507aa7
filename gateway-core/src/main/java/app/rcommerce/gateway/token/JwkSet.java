package app.rcommerce.gateway.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JWK sets (RFC 7517), as {@link KeySet#ofJwks} says. Stateless; safe for any thread. */
final class JwkSet {

    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 8192;
    private static final int MOST_KEYS = 100;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JwkSet() {}

    static KeySet parse(String json) {
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

    /**
     * The verification key of a JWK, for the possible algorithms, or for the one that the JWK names if it names one.
     */
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
