package app.rcommerce.gateway.webhook;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Whether the signature of a webhook holds. Immutable. */
public sealed interface Verification {

    /**
     * It does: whoever sent it has one of the secrets.
     *
     * @param scheme by which it is signed
     * @param atMillis when that was found
     */
    record Verified(WebhookScheme scheme, long atMillis) implements Verification {

        /** What the upstream is told: {@code stripe; at=2026-01-01T00:00:00Z}. */
        public String text() {
            return scheme.text() + "; at=" + Instant.ofEpochMilli(atMillis).truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /**
     * It does not.
     *
     * @param why for operators, in words that hold nothing of secrets, nor of what was sent but its time
     */
    record Refused(String why) implements Verification {}
}
