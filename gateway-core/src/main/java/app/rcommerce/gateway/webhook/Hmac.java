package app.rcommerce.gateway.webhook;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The HMAC of bytes (RFC 2104). Stateless; any thread. */
final class Hmac {

    private Hmac() {}

    /** The HMAC of these bytes one behind the other. */
    static byte[] of(BodySignature.Algorithm algorithm, byte[] key, byte[] before, byte[] body) {
        try {
            Mac mac = Mac.getInstance(algorithm.mac());
            mac.init(new SecretKeySpec(key, algorithm.mac()));
            mac.update(before);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + algorithm.mac(), e);
        }
    }
}
