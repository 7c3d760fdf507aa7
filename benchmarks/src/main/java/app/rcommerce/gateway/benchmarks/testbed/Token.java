package app.rcommerce.gateway.benchmarks.testbed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens signed with HS256. */
public final class Token {

    /** The secret of all gateways under measurement. */
    public static final String SECRET = "a secret of more than thirty-two characters";

    private Token() {}

    /** The header field that presents a good token with this id. */
    public static String field(String id, String subject) {
        long now = System.currentTimeMillis() / 1000;
        return "Authorization: Bearer "
                + signed(
                        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
                        "{\"sub\":\"" + subject + "\",\"jti\":\"" + id + "\",\"token_type\":\"access\",\"iat\":"
                                + (now - 10) + ",\"exp\":" + (now + 3600) + "}");
    }

    private static String signed(String header, String claims) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(US_ASCII), "HmacSHA256"));
            String text = base64(header.getBytes(US_ASCII)) + "." + base64(claims.getBytes(US_ASCII));
            return text + "." + base64(mac.doFinal(text.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Base64 of URLs, without padding. */
    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
