package app.rcommerce.gateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignerTest {

    private static final WebhookSecret SECRET = new WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final WebhookSecret OTHER =
            new WebhookSecret(Base64.getEncoder().encodeToString("another key of 24 bytes!".getBytes(UTF_8)));
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
    private static final long NOW = 1_614_265_330_999L;

    /** The test vector that libraries of Standard Webhooks have in common. */
    @Test
    void theVectorOfStandardWebhooksIsMade() {
        assertThat(new WebhookSigner(List.of(SECRET)).sign(ID, BODY, NOW))
                .containsExactly(
                        new Field("webhook-id", ID),
                        new Field("webhook-timestamp", "1614265330"),
                        new Field("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    @Test
    void eachSecretSignsSoThatRecipientsWithEitherAreServed() {
        List<Field> fields = new WebhookSigner(List.of(OTHER, SECRET)).sign(ID, BODY, NOW);

        assertThat(fields.getLast().value()).endsWith(" v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        for (WebhookSecret secret : List.of(OTHER, SECRET)) {
            assertThat(new WebhookVerifier(
                                    WebhookScheme.STANDARD_WEBHOOKS, List.of(secret), Duration.ofSeconds(1), null)
                            .verify(new FieldList(fields), BODY, NOW))
                    .isInstanceOf(Verification.Verified.class);
        }
    }

    @Test
    void itsFieldsAreItsHoweverTheyAreSpelled() {
        for (String name : List.of("webhook-id", "Webhook-Timestamp", "WEBHOOK-SIGNATURE", "webhook_signature")) {
            assertThat(WebhookSigner.isItsField(name)).as(name).isTrue();
        }
        for (String name : List.of("webhook", "webhook-ids", "x-webhook-id", "Stripe-Signature")) {
            assertThat(WebhookSigner.isItsField(name)).as(name).isFalse();
        }
    }
}
