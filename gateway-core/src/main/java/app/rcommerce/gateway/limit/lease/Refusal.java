package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.count.Decision;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store's refusal, and for how long it is believed without asking the store again. Permits that other nodes hold, or
 * that this node has taken for requests which another policy refuses, may go back to the store. So a refusal is first
 * believed for two leases' lives, and each time that it is repeated for twice as long, up to the time that the store
 * has named. Where permits go back, a caller is thus refused for at most twice the time that they were away. Immutable;
 * times are nanoseconds of a monotonic clock.
 *
 * @param decision what the store has answered
 * @param permits how many were refused; fewer may be granted
 * @param atNanos when
 * @param believedNanos for how long from then on
 */
public record Refusal(Decision decision, long permits, long atNanos, long believedNanos) {

    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * A refusal that has arrived now.
     *
     * @param leaseNanos for how long a lease lives
     * @param before the refusal that this one repeats; null where it repeats none
     */
    public static Refusal of(Decision decision, long permits, long now, long leaseNanos, @Nullable Refusal before) {
        long first = 2 * Math.max(LEAST_NANOS, leaseNanos);
        long believed = before == null ? first : Math.max(first, 2 * before.believedNanos);
        return new Refusal(
                decision, permits, now, Math.min(believed, TimeUnit.MILLISECONDS.toNanos(decision.retryAfterMillis())));
    }

    /**
     * The refusal as of now for a request that lacks so many permits; null where it is no longer believed, or lacks
     * fewer than were refused, so that the store must be asked.
     */
    public @Nullable Decision standing(long missing, long now) {
        long elapsed = now - atNanos;
        return missing >= permits && elapsed < believedNanos
                ? decision.later(TimeUnit.NANOSECONDS.toMillis(Math.max(0, elapsed)))
                : null;
    }

    /** The time until which the refusal is believed. */
    public long untilNanos() {
        return atNanos + believedNanos;
    }
}
