package app.rcommerce.gateway.webhook;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.time.Durations;
import app.rcommerce.gateway.webhook.BodySignature.Algorithm;
import app.rcommerce.gateway.webhook.SignatureFields.Signatures;
import app.rcommerce.gateway.webhook.SignatureFields.Unreadable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds whether a webhook was sent by somebody with one of a few secrets, and lately, where its scheme signs the time.
 * Of several secrets and several signatures any two may fit, so that either side changes its secret without a gap. All
 * are compared, each in constant time. Immutable; any thread.
 */
public final class WebhookVerifier {

    private final WebhookScheme scheme;
    private final List<WebhookSecret> secrets;
    private final Duration tolerance;
    private final @Nullable BodySignature form;

    /**
     * A verifier of one scheme.
     *
     * @param secrets those that senders may have
     * @param tolerance how far the signed time may be from now in either direction
     * @param form what the field looks like, for {@link WebhookScheme#HMAC}; null for the others, which say so
     *     themselves
     * @throws IllegalArgumentException where the scheme cannot be used with that
     */
    public WebhookVerifier(
            WebhookScheme scheme, List<WebhookSecret> secrets, Duration tolerance, @Nullable BodySignature form) {
        if ((scheme == WebhookScheme.HMAC) != (form != null)) {
            throw new IllegalArgumentException("form: " + form + " (expected: one with the scheme hmac alone)");
        }
        secrets.forEach(secret -> secret.key(scheme));
        this.scheme = scheme;
        this.secrets = List.copyOf(secrets);
        this.tolerance = tolerance;
        this.form = form;
    }

    /** By which scheme. */
    public WebhookScheme scheme() {
        return scheme;
    }

    /** The secrets that senders may have. */
    public List<WebhookSecret> secrets() {
        return secrets;
    }

    /** How far the signed time may be from now in either direction. */
    public Duration tolerance() {
        return tolerance;
    }

    /** What the field looks like, for {@link WebhookScheme#HMAC}; null for the others. */
    public @Nullable BodySignature form() {
        return form;
    }

    /**
     * Whether the signature of a request holds.
     *
     * @param fields those that it came with
     * @param body its content as it came, no byte of it changed
     * @param nowMillis the time
     */
    public Verification verify(Headers fields, byte[] body, long nowMillis) {
        return switch (read(fields)) {
            case Unreadable(String why) -> new Verification.Refused(why);
            case Signatures signatures -> verify(signatures, body, nowMillis);
        };
    }

    private SignatureFields read(Headers fields) {
        return switch (scheme) {
            case STANDARD_WEBHOOKS -> SignatureFields.standardWebhooks(fields);
            case STRIPE -> SignatureFields.stripe(fields);
            case GITHUB, SHOPIFY, HMAC -> SignatureFields.ofBody(fields, ofBody());
        };
    }

    private BodySignature ofBody() {
        return form != null ? form : scheme == WebhookScheme.GITHUB ? BodySignature.GITHUB : BodySignature.SHOPIFY;
    }

    private Verification verify(Signatures signatures, byte[] body, long nowMillis) {
        if (signatures.seconds() >= 0) {
            long age = nowMillis - 1_000 * signatures.seconds();
            if (Math.abs(age) > tolerance.toMillis()) {
                return new Verification.Refused("it is signed for a time " + Durations.format(seconds(age))
                        + (age > 0 ? " ago" : " ahead") + ", and the tolerance is " + Durations.format(tolerance));
            }
        }
        Algorithm algorithm = scheme.isTimed() ? Algorithm.SHA256 : ofBody().algorithm();
        byte[] before = signatures.before().getBytes(StandardCharsets.US_ASCII);
        boolean holds = false;
        for (WebhookSecret secret : secrets) {
            byte[] expected = Hmac.of(algorithm, secret.key(scheme), before, body);
            for (byte[] candidate : signatures.candidates()) {
                holds |= MessageDigest.isEqual(expected, candidate);
            }
        }
        return holds
                ? new Verification.Verified(scheme, nowMillis)
                : new Verification.Refused("no secret makes the signature of what was sent");
    }

    private static Duration seconds(long millis) {
        return Duration.ofSeconds(Math.abs(millis) / 1_000);
    }

    @Override
    public String toString() {
        return scheme.text() + " with " + secrets.size() + (secrets.size() == 1 ? " secret" : " secrets");
    }
}
