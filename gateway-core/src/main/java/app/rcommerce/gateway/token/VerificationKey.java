package app.rcommerce.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key with the algorithms that it may be used with. These belong to the key, never to a token: a public RSA key is
 * used for RS and PS only, whatever a token's header says. Immutable; safe for any thread.
 *
 * @param kid the key's id; null where it has none
 * @param algorithms what the key may verify
 * @param check verifies with the key
 */
record VerificationKey(@Nullable String kid, Set<String> algorithms, Check check) {

    private static final Map<String, JWSHeader> HEADERS = TokenRules.ALGORITHMS.stream()
            .collect(Collectors.toUnmodifiableMap(name -> name, name -> new JWSHeader(JWSAlgorithm.parse(name))));

    /** The beginning of every Ed25519 public key in X.509 form, before its 32 bytes (RFC 8410 §4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    /** A verifier of signatures by one key. */
    interface Check {
        boolean verify(String algorithm, byte[] signed, String signature);
    }

    VerificationKey {
        algorithms = Set.copyOf(algorithms);
    }

    /** Whether the signature is this key's, by an algorithm that the key is for. */
    boolean verifies(String algorithm, byte[] signed, String signature) {
        return algorithms.contains(algorithm) && check.verify(algorithm, signed, signature);
    }

    /**
     * A check by one of the library's verifiers. It is given a header made here, since the token's own has been checked
     * already.
     */
    static Check by(JWSVerifier verifier) {
        return (algorithm, signed, signature) -> {
            try {
                JWSHeader header = HEADERS.get(algorithm);
                return header != null && verifier.verify(header, signed, new Base64URL(signature));
            } catch (JOSEException e) {
                return false;
            }
        };
    }

    /**
     * A check by the platform's Ed25519 (RFC 8032).
     *
     * @param x the public key: 32 bytes
     * @throws GeneralSecurityException where they are no key
     */
    static Check ed25519(byte[] x) throws GeneralSecurityException {
        byte[] encoded = new byte[ED25519_PREFIX.length + x.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, x.length);
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        return (algorithm, signed, signature) -> {
            try {
                Signature ed25519 = Signature.getInstance("Ed25519");
                ed25519.initVerify(key);
                ed25519.update(signed);
                return ed25519.verify(new Base64URL(signature).decode());
            } catch (GeneralSecurityException e) {
                return false;
            }
        };
    }
}
