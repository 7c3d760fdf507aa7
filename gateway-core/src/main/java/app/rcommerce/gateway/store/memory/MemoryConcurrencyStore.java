package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.Slot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight of this process. There are no more entries than requests. Every stage is complete when it is
 * returned. Safe for any thread.
 */
public final class MemoryConcurrencyStore implements ConcurrencyStore {

    private record Key(Identifier identifier, String bucket) {}

    private final ConcurrentMap<Key, Integer> taken = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<@Nullable Slot> enter(Identifier identifier, String bucket, int most) {
        return CompletableFuture.completedFuture(enterNow(identifier, bucket, most));
    }

    /** Counts one more request as {@link #enter} does, and returns its slot at once. */
    public @Nullable Slot enterNow(Identifier identifier, String bucket, int most) {
        Key key = new Key(identifier, bucket);
        boolean[] entered = new boolean[1];
        taken.compute(key, (same, before) -> {
            int count = before == null ? 0 : before;
            entered[0] = count < most;
            return entered[0] ? count + 1 : before;
        });
        if (!entered[0]) {
            return null;
        }
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                taken.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            }
        };
    }

    @Override
    public CompletionStage<Integer> inFlight(Identifier identifier, String bucket) {
        return CompletableFuture.completedFuture(taken.getOrDefault(new Key(identifier, bucket), 0));
    }
}
