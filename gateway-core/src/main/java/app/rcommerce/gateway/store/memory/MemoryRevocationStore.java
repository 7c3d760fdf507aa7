package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The revoked tokens in the memory of this process. Entries end by the wall clock and are swept when one is added;
 * their number is bounded by what operators enter. Safe for any thread.
 */
public final class MemoryRevocationStore implements RevocationStore {

    private record Cutoff(long beforeMillis, long untilMillis) {}

    private final Clock clock;
    /** When each token's entry ends. */
    private final Map<String, Long> tokens = new ConcurrentHashMap<>();

    private final Map<Identifier, Cutoff> cutoffs = new ConcurrentHashMap<>();

    /** A store without revocations. */
    public MemoryRevocationStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CompletionStage<Boolean> isRevoked(String tokenId) {
        Long until = tokens.get(tokenId);
        return CompletableFuture.completedFuture(until != null && until > clock.millis());
    }

    @Override
    public CompletionStage<Long> cutoff(Identifier subject) {
        Cutoff cutoff = cutoffs.get(subject);
        return CompletableFuture.completedFuture(
                cutoff != null && cutoff.untilMillis() > clock.millis() ? cutoff.beforeMillis() : NO_CUTOFF);
    }

    @Override
    public CompletionStage<Void> revoke(String tokenId, Duration life, String reason) {
        long now = clock.millis();
        tokens.values().removeIf(until -> until <= now);
        tokens.put(tokenId, now + Math.max(1, life.toMillis()));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> revokeBefore(Identifier subject, long cutoffMillis, Duration life) {
        long now = clock.millis();
        cutoffs.values().removeIf(cutoff -> cutoff.untilMillis() <= now);
        cutoffs.put(subject, new Cutoff(cutoffMillis, now + Math.max(1, life.toMillis())));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Boolean> restore(String tokenId) {
        Long until = tokens.remove(tokenId);
        return CompletableFuture.completedFuture(until != null && until > clock.millis());
    }

    @Override
    public CompletionStage<Boolean> restore(Identifier subject) {
        Cutoff cutoff = cutoffs.remove(subject);
        return CompletableFuture.completedFuture(cutoff != null && cutoff.untilMillis() > clock.millis());
    }
}
