package app.rcommerce.gateway.webhook;

import java.util.LinkedHashMap;
import java.util.Map;

/** The schemes by which webhooks are signed. All sign the content byte for byte by an HMAC (RFC 2104). */
public enum WebhookScheme {
    /** Standard Webhooks 1.0.0: {@code webhook-id}, {@code webhook-timestamp}, {@code webhook-signature}. */
    STANDARD_WEBHOOKS("standard-webhooks", true),
    /** {@code Stripe-Signature: t=…,v1=…}. */
    STRIPE("stripe", true),
    /** {@code X-Hub-Signature-256: sha256=…}. */
    GITHUB("github", false),
    /** {@code X-Shopify-Hmac-Sha256}. */
    SHOPIFY("shopify", false),
    /** One field with the HMAC of the content, in a form that the configuration says. */
    HMAC("hmac", false);

    private final String text;
    private final boolean timed;

    WebhookScheme(String text, boolean timed) {
        this.text = text;
        this.timed = timed;
    }

    /** The name in the configuration, and in what the upstream is told. */
    public String text() {
        return text;
    }

    /** Whether the time of sending is signed too, so that what has been sent once cannot be sent again for ever. */
    public boolean isTimed() {
        return timed;
    }

    /** The schemes by their names. */
    public static Map<String, WebhookScheme> byText() {
        Map<String, WebhookScheme> schemes = new LinkedHashMap<>();
        for (WebhookScheme scheme : values()) {
            schemes.put(scheme.text, scheme);
        }
        return schemes;
    }
}
