package app.rcommerce.gateway.benchmarks.fairness;

import static java.nio.charset.StandardCharsets.US_ASCII;

import app.rcommerce.gateway.benchmarks.testbed.Token;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A signing key for ES256, the most expensive of the usual algorithms to verify, with valid tokens and forged ones.
 * Safe for any thread.
 */
final class Keys {

    private final KeyPair pair;

    Keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
    }

    /** The public key as a JWK set. */
    String jwks() {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\"use\":\"sig\",\"alg\":\"ES256\",\"x\":\""
                + coordinate(key.getW().getAffineX()) + "\",\"y\":\""
                + coordinate(key.getW().getAffineY()) + "\"}]}";
    }

    private static String coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return Token.base64(fixed);
    }

    private static String unsigned(String subject) {
        long now = System.currentTimeMillis() / 1000;
        String claims = "{\"sub\":\"" + subject + "\",\"jti\":\"" + subject + "\",\"token_type\":\"access\",\"iat\":"
                + (now - 10) + ",\"exp\":" + (now + 7200) + "}";
        return Token.base64("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"k\"}".getBytes(US_ASCII)) + "."
                + Token.base64(claims.getBytes(US_ASCII));
    }

    /** The field that presents a good token. */
    String good(String subject) throws GeneralSecurityException {
        String text = unsigned(subject);
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(US_ASCII));
        return "Authorization: Bearer " + text + "." + Token.base64(signature.sign());
    }

    /**
     * The field that presents a token of which only the signature is wrong, so that it must be verified to be refused.
     */
    static String bad(int number) {
        byte[] signature = new byte[64];
        new SplittableRandom(number).nextBytes(signature);
        Arrays.fill(signature, 0, 1, (byte) 1);
        Arrays.fill(signature, 32, 33, (byte) 1);
        return "Authorization: Bearer " + unsigned("nobody" + number) + "." + Token.base64(signature);
    }
}
