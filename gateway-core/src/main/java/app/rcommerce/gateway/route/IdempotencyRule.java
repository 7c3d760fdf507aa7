package app.rcommerce.gateway.route;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a route repeats its answers to requests with an {@code Idempotency-Key}, in place of forwarding them twice
 * (draft-ietf-httpapi-idempotency-key-header-07, a draft). Immutable.
 *
 * @param kept how long an answer is kept
 * @param maxAnswer the largest content of an answer that is kept, in bytes
 * @param maxRequest the largest content of a request with a key, in bytes
 * @param required whether requests without a key are refused
 * @param inProgress after which the key of a request without an answer is free again; null for what the time-outs imply
 * @param allowUnchecked whether requests are forwarded though the store cannot be asked; otherwise they are refused
 */
public record IdempotencyRule(
        Duration kept,
        long maxAnswer,
        long maxRequest,
        boolean required,
        @Nullable Duration inProgress,
        boolean allowUnchecked) {

    /** The largest content of a request or an answer that a rule may name. */
    public static final long MOST_CONTENT = 16L << 20;

    /** Requests with keys, and answers to them, that are collected have this part of the heap together: a sixteenth. */
    public static final int HEAP_PARTS = 16;

    /** The rule where the configuration names nothing but that there is one. */
    public static final IdempotencyRule DEFAULT =
            new IdempotencyRule(Duration.ofHours(24), 1 << 20, 1 << 20, false, null, false);

    /** What is added to the longest time of a request, so that its mark does not end before it. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    /** The life of a mark where requests may take as long as they like. */
    private static final Duration UNBOUNDED = Duration.ofMinutes(10);

    /** Whether requests of this method may have a key: those that are neither safe nor idempotent by themselves. */
    public static boolean appliesTo(String method) {
        return method.equals("POST") || method.equals("PATCH");
    }

    /**
     * How long a request without an answer keeps its key.
     *
     * @param maxRequestTime how long a request may take; zero for any time
     */
    public Duration markLife(Duration maxRequestTime) {
        if (inProgress != null) {
            return inProgress;
        }
        return maxRequestTime.isZero() ? UNBOUNDED : maxRequestTime.plus(MARGIN);
    }
}
