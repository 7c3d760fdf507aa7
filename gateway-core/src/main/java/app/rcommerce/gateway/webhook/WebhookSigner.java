package app.rcommerce.gateway.webhook;

import app.rcommerce.gateway.http.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Signs what is delivered by Standard Webhooks 1.0.0, once with each of its secrets, so that recipients change theirs
 * without a gap. Immutable; any thread.
 */
public final class WebhookSigner {

    /** The shortest key in bytes, as the specification asks of who signs. */
    public static final int MIN_KEY = 24;

    /** The longest key in bytes, likewise. */
    public static final int MAX_KEY = 64;

    private static final Set<String> NAMES = Set.of("webhook-id", "webhook-timestamp", "webhook-signature");

    private final List<WebhookSecret> secrets;

    /**
     * A signer with these secrets, the newest first.
     *
     * @throws IllegalArgumentException where one is not base64
     */
    public WebhookSigner(List<WebhookSecret> secrets) {
        secrets.forEach(secret -> secret.key(WebhookScheme.STANDARD_WEBHOOKS));
        this.secrets = List.copyOf(secrets);
    }

    /** The secrets, the newest first. */
    public List<WebhookSecret> secrets() {
        return secrets;
    }

    /**
     * Whether a field of this name is the signer's: nobody else's may go with it. Underscores are hyphens to a server
     * behind CGI.
     */
    public static boolean isItsField(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /**
     * The fields that sign a delivery.
     *
     * @param id the same for each attempt at one delivery, and for no other one; without a full stop
     * @param body the content
     * @param nowMillis the time of the attempt
     */
    public List<Field> sign(String id, byte[] body, long nowMillis) {
        String seconds = Long.toString(Math.floorDiv(nowMillis, 1_000));
        byte[] before = (id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8);
        List<String> signatures = new ArrayList<>();
        for (WebhookSecret secret : secrets) {
            byte[] digest =
                    Hmac.of(BodySignature.Algorithm.SHA256, secret.key(WebhookScheme.STANDARD_WEBHOOKS), before, body);
            signatures.add("v1," + Base64.getEncoder().encodeToString(digest));
        }
        return List.of(
                new Field("webhook-id", id),
                new Field("webhook-timestamp", seconds),
                new Field("webhook-signature", String.join(" ", signatures)));
    }

    @Override
    public String toString() {
        return "signs with " + secrets.size() + (secrets.size() == 1 ? " secret" : " secrets");
    }
}
