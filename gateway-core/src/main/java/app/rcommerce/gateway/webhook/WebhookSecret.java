package app.rcommerce.gateway.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A secret that sender and recipient of webhooks share. It is never printed. Immutable.
 *
 * @param text as the configuration has it
 */
public record WebhookSecret(String text) {

    /** What a secret of Standard Webhooks is, in words. */
    public static final String EXPECTED = "base64, with or without whsec_ in front";

    private static final String PREFIX = "whsec_";

    /** The key of Standard Webhooks: what the text is the base64 of; null where it is none, or of nothing. */
    public byte @Nullable [] decoded() {
        try {
            byte[] key = Base64.getDecoder().decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
            return key.length == 0 ? null : key;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The key of a scheme. */
    byte[] key(WebhookScheme scheme) {
        if (scheme != WebhookScheme.STANDARD_WEBHOOKS) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] key = decoded();
        if (key == null) {
            throw new IllegalArgumentException("secret: (secret) (expected: " + EXPECTED + ")");
        }
        return key;
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
