package app.rcommerce.gateway.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens by the platform's own cryptography, byte for byte as a test wants them. */
public final class Tokens {

    public static final String SECRET = "a development secret of at least 32 characters";
    public static final long NOW = 1_767_225_600_000L;
    public static final String CLAIMS = """
            {"sub":"42","iss":"rcommerce","aud":"rcommerce-api","token_type":"access","permissions":["products:read"],\
            "iat":1767225000,"exp":1767229200}""";

    private Tokens() {}

    public static String base64(String text) {
        return base64(text.getBytes(UTF_8));
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String hs256(String header, String payload) {
        return hmac("HmacSHA256", SECRET.getBytes(UTF_8), header, payload);
    }

    /** A good header, any payload. */
    public static String hs256(String payload) {
        return hs256("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", payload);
    }

    public static String hmac(String algorithm, byte[] secret, String header, String payload) {
        return hmacRaw(algorithm, secret, base64(header) + "." + base64(payload));
    }

    public static String hmacRaw(String algorithm, byte[] secret, String signed) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return signed + "." + base64(mac.doFinal(signed.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** With a signature by the JWA name, such as {@code RS256}. */
    public static String sign(String algorithm, PrivateKey key, String header, String payload) {
        try {
            String bits = algorithm.substring(2);
            Signature signature = Signature.getInstance(
                    switch (algorithm.substring(0, 2)) {
                        case "RS" -> "SHA" + bits + "withRSA";
                        case "PS" -> "RSASSA-PSS";
                        case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
                        default -> "Ed25519";
                    });
            if (algorithm.startsWith("PS")) {
                AlgorithmParameterSpec pss = new PSSParameterSpec(
                        "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), Integer.parseInt(bits) / 8, 1);
                signature.setParameter(pss);
            }
            signature.initSign(key);
            String signed = base64(header) + "." + base64(payload);
            signature.update(signed.getBytes(US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The 32 bytes of an Ed25519 public key, in base64url. */
    public static String x(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] x = new byte[32];
        System.arraycopy(encoded, encoded.length - 32, x, 0, 32);
        return base64(x);
    }
}
