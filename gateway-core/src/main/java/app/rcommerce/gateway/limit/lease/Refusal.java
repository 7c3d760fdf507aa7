package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.count.Decision;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store's refusal, and for how long it is believed without asking again. Permits that others hold, or that this node
 * has taken for requests that somebody else refuses, may go back: so a refusal is first believed for two leases' lives,
 * and each time that it is repeated for twice as long, up to the time that the store has named. Who is refused because
 * of permits that come back waits at most as long again as those were away. Immutable; times are nanoseconds of a
 * monotonic clock.
 *
 * @param decision what the store has answered
 * @param permits how many were refused; fewer may be granted
 * @param atNanos when
 * @param believedNanos for how long from then on
 */
record Refusal(Decision decision, long permits, long atNanos, long believedNanos) {

    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * A refusal of now.
     *
     * @param leaseNanos for how long a lease lives
     * @param before what it repeats, if anything
     */
    static Refusal of(Decision decision, long permits, long now, long leaseNanos, @Nullable Refusal before) {
        long first = 2 * Math.max(LEAST_NANOS, leaseNanos);
        long believed = before == null ? first : Math.max(first, 2 * before.believedNanos);
        return new Refusal(
                decision, permits, now, Math.min(believed, TimeUnit.MILLISECONDS.toNanos(decision.retryAfterMillis())));
    }

    /** The refusal as it stands now, of a request that misses so many permits; null where the store must be asked. */
    @Nullable
    Decision standing(long missing, long now) {
        long elapsed = now - atNanos;
        return missing >= permits && elapsed < believedNanos
                ? decision.later(TimeUnit.NANOSECONDS.toMillis(Math.max(0, elapsed)))
                : null;
    }

    /** Until when it is believed. */
    long untilNanos() {
        return atNanos + believedNanos;
    }
}
