package app.rcommerce.gateway.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of a JWS in compact form (RFC 7515 §7.1), read strictly: each token has exactly one valid text, so that a
 * revoked token cannot be presented in another spelling.
 *
 * @param header the JOSE header, an object without duplicate names
 * @param payload the text of the second part
 * @param signature the text of the third part, possibly empty
 * @param signingInput the text that is signed
 */
record CompactToken(JsonNode header, String payload, String signature, String signingInput) {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final byte[] VALUES = values();
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Reads a token; null where the text is not a JWS in compact form. */
    static @Nullable CompactToken parse(String compact) {
        int first = compact.indexOf('.');
        int second = compact.indexOf('.', first + 1);
        if (first < 1 || second < first + 2 || compact.indexOf('.', second + 1) >= 0) {
            return null;
        }
        String payload = compact.substring(first + 1, second);
        String signature = compact.substring(second + 1);
        JsonNode header = object(compact.substring(0, first));
        if (header == null || !isCanonical(payload) || !isCanonical(signature)) {
            return null;
        }
        return new CompactToken(header, payload, signature, compact.substring(0, second));
    }

    /** The signing input as bytes. */
    byte[] signingBytes() {
        return signingInput.getBytes(US_ASCII);
    }

    /** The claims; null where the payload is no JSON object. */
    @Nullable
    JsonNode claims() {
        return object(payload);
    }

    /** The JSON object that the base64url text holds; null where it holds none, or one with a name twice. */
    private static @Nullable JsonNode object(String text) {
        if (!isCanonical(text)) {
            return null;
        }
        try {
            // Decoded here, since a JSON reader fed with bytes would also accept UTF-16 and UTF-32.
            String json = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
                    .toString();
            JsonNode node = JSON.readTree(json);
            return node.isObject() ? node : null;
        } catch (CharacterCodingException | JacksonException e) {
            return null;
        }
    }

    /** Whether the text is base64url without padding and without stray bits in its last character (RFC 4648 §3.5). */
    static boolean isCanonical(String text) {
        int length = text.length();
        if (length % 4 == 1) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= VALUES.length || VALUES[c] < 0) {
                return false;
            }
        }
        int stray = length % 4 == 2 ? 0x0f : length % 4 == 3 ? 0x03 : 0;
        return stray == 0 || (VALUES[text.charAt(length - 1)] & stray) == 0;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) ALPHABET.indexOf(i);
        }
        return values;
    }
}
