package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts tokens with a bad signature by the address that they come from. Verifying a signature may cost a millisecond,
 * so further tokens of an address that keeps sending bad ones are not verified for a while. Counted by this node alone,
 * as a token bucket (GCRA) of a quarter of the rate's quota. Bounded; safe for any thread.
 */
public final class Forgeries {

    private static final int MOST_ADDRESSES = 100_000;

    private final long intervalNanos;
    private final long burstNanos;
    private final Clock clock;
    /** When the bucket of each address is full again, in the clock's nanoseconds. */
    private final Cache<Identifier, Long> fullAt;

    /** A count that allows each address bad signatures at this rate. */
    public Forgeries(Rate rate, Clock clock) {
        this.intervalNanos = Math.max(1, rate.window().toNanos() / rate.quota());
        this.burstNanos = intervalNanos * Math.max(1, rate.quota() / 4);
        this.clock = clock;
        this.fullAt = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterWrite(Duration.ofNanos(burstNanos + intervalNanos))
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .build();
    }

    /**
     * How long no unknown token of this address is verified, in milliseconds, rounded up; 0 where one is verified now.
     */
    public long waitMillis(Identifier address) {
        Long full = fullAt.getIfPresent(address);
        if (full == null) {
            return 0;
        }
        long waitNanos = full - clock.nanos() - (burstNanos - intervalNanos);
        return waitNanos <= 0 ? 0 : Math.ceilDiv(waitNanos, TimeUnit.MILLISECONDS.toNanos(1));
    }

    /** Counts a token of this address that had a bad signature. */
    public void happened(Identifier address) {
        long now = clock.nanos();
        fullAt.asMap().merge(address, now + intervalNanos, (full, first) -> Math.max(full + intervalNanos, first));
    }
}
