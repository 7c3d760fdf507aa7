package app.rcommerce.gateway.webhook;

import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The form of a signature of the content alone, in a field of its own. Immutable.
 *
 * @param header the name of the field
 * @param algorithm of the HMAC
 * @param encoding of the HMAC in the field
 * @param prefix what stands before it in the field; may be empty
 */
public record BodySignature(String header, Algorithm algorithm, Encoding encoding, String prefix) {

    /** GitHub's. */
    static final BodySignature GITHUB =
            new BodySignature("X-Hub-Signature-256", Algorithm.SHA256, Encoding.HEX, "sha256=");

    /** Shopify's. */
    static final BodySignature SHOPIFY =
            new BodySignature("X-Shopify-Hmac-Sha256", Algorithm.SHA256, Encoding.BASE64, "");

    /** The hash of an HMAC. SHA-1 is no weakness in one (RFC 6194 §3.3), but nothing to choose anew. */
    public enum Algorithm {
        SHA256("HmacSHA256", 32),
        SHA1("HmacSHA1", 20),
        SHA512("HmacSHA512", 64);

        private final String mac;
        private final int length;

        Algorithm(String mac, int length) {
            this.mac = mac;
            this.length = length;
        }

        /** The name of the HMAC in the JCA. */
        String mac() {
            return mac;
        }

        /** The length of the HMAC in bytes. */
        int length() {
            return length;
        }
    }

    /** How bytes are written. */
    public enum Encoding {
        /** Digits of either case. */
        HEX,
        /** RFC 4648 §4, with or without padding. */
        BASE64;

        /** The bytes; null where the text has another form, or there are more or fewer of them. */
        byte @Nullable [] read(String text, int length) {
            try {
                byte[] bytes = this == HEX
                        ? HexFormat.of().parseHex(text)
                        : Base64.getDecoder().decode(text);
                return bytes.length == length ? bytes : null;
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }
}
