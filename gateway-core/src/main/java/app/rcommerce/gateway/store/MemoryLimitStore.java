package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Counters;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Counts in this process. Counters nobody uses for their longest window are dropped, and they take no more than a bounded
 * amount of memory: beyond it those least likely to be used again go first. Every stage is complete when it is
 * returned. Safe for any thread.
 */
public final class MemoryLimitStore implements LimitStore {

    /** What an identifier and its place in the cache take. */
    private static final int ENTRY_BYTES = 320;

    private final Clock clock;
    private final Cache<Identifier, Counters> counters;

    /** A store that takes about {@code mostBytes} of memory at most. */
    public MemoryLimitStore(Clock clock, long mostBytes) {
        this.clock = clock;
        this.counters = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher((Identifier identifier, Counters counted) -> ENTRY_BYTES + counted.bytes())
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .expireAfter(Expiry.<Identifier, Counters>accessing(
                        (identifier, counted) -> Duration.ofMillis(counted.lifeMillis())))
                .build();
    }

    @Override
    public CompletionStage<Taken> take(Identifier identifier, List<Meter> meters, int permits) {
        return CompletableFuture.completedFuture(takeNow(identifier, meters, permits));
    }

    /** As {@link #take}, for callers that know the store to be this one. */
    public Taken takeNow(Identifier identifier, List<Meter> meters, int permits) {
        Taken[] taken = new Taken[1];
        counters.asMap().compute(identifier, (id, existing) -> {
            Counters counted = existing == null ? new Counters() : existing;
            taken[0] = counted.take(meters, permits, now());
            return counted;
        });
        return taken[0];
    }

    @Override
    public CompletionStage<Taken> usage(Identifier identifier, List<Meter> meters) {
        Taken[] taken = new Taken[1];
        Counters existing = counters.asMap().computeIfPresent(identifier, (id, counted) -> {
            taken[0] = counted.usage(meters, now());
            return counted;
        });
        return CompletableFuture.completedFuture(existing == null ? new Counters().usage(meters, now()) : taken[0]);
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        counters.invalidate(identifier);
        return CompletableFuture.completedFuture(null);
    }

    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos());
    }
}
