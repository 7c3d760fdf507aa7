package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Counters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.store.LeaseStore;
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
 * The counts of limits in the memory of this process. Counters that are not used for their longest window are dropped.
 * They take a bounded amount of memory; beyond it, those least likely to be used again are dropped first. Every stage
 * is complete when it is returned. Safe for any thread.
 */
public final class MemoryLimitStore implements LeaseStore {

    /** The approximate memory of an identifier in the cache, in bytes. */
    private static final int ENTRY_BYTES = 320;

    private final Clock clock;
    private final Cache<Identifier, Counters> counters;
    /**
     * The difference of the calendar's clock from the monotonic one at the start. It stays the same, so that a step of
     * the calendar's clock moves no count.
     */
    private final long epochMillis;

    /** A store that takes about {@code mostBytes} of memory at most. */
    public MemoryLimitStore(Clock clock, long mostBytes) {
        this.clock = clock;
        this.epochMillis = clock.millis() - TimeUnit.NANOSECONDS.toMillis(clock.nanos());
        this.counters = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher((Identifier identifier, Counters counted) -> ENTRY_BYTES + counted.bytes())
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .expireAfter(Expiry.<Identifier, Counters>accessing(
                        (identifier, counted) -> Duration.ofMillis(counted.lifeMillis(now()))))
                .build();
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        return CompletableFuture.completedFuture(takeNear(identifier, meters, permits));
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Decision takeNear(Identifier identifier, List<Meter> meters, int permits) {
        return leaseNow(identifier, meters, LeaseRequest.exactly(permits)).decision();
    }

    @Override
    public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request) {
        return CompletableFuture.completedFuture(leaseNow(identifier, meters, request));
    }

    private Grant leaseNow(Identifier identifier, List<Meter> meters, LeaseRequest request) {
        Grant[] grant = new Grant[1];
        counters.asMap().compute(identifier, (id, existing) -> {
            Counters counted = existing == null ? new Counters() : existing;
            grant[0] = counted.lease(meters, request, now());
            return counted;
        });
        return grant[0];
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused) {
        counters.asMap().computeIfPresent(identifier, (id, counted) -> {
            counted.giveBack(meters, unused, now());
            return counted;
        });
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        Decision[] left = new Decision[1];
        counters.asMap().compute(identifier, (id, existing) -> {
            Counters counted = existing == null ? new Counters() : existing;
            counted.charge(meters, permits, now());
            left[0] = counted.usage(meters, now());
            return counted;
        });
        return CompletableFuture.completedFuture(left[0]);
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        Decision[] decision = new Decision[1];
        Counters existing = counters.asMap().computeIfPresent(identifier, (id, counted) -> {
            decision[0] = counted.usage(meters, now());
            return counted;
        });
        return CompletableFuture.completedFuture(existing == null ? new Counters().usage(meters, now()) : decision[0]);
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        counters.invalidate(identifier);
        return CompletableFuture.completedFuture(null);
    }

    private long now() {
        return epochMillis + TimeUnit.NANOSECONDS.toMillis(clock.nanos());
    }
}
