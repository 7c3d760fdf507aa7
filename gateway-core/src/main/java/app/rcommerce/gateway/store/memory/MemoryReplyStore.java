package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The stored replies in the memory of this process, bounded in bytes; beyond the bound, those least likely to be used
 * again are dropped first. Every stage is complete when it is returned. Safe for any thread.
 */
final class MemoryReplyStore implements ReplyStore {

    @SuppressWarnings("ArrayRecordComponent") // shared, never compared
    private record Entry(byte[] bytes, Duration life) {}

    private final Cache<CacheKey, Entry> entries;
    private final AtomicLong purges = new AtomicLong();

    /** A store of at most {@code mostBytes}. */
    MemoryReplyStore(Clock clock, long mostBytes) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher((CacheKey key, Entry entry) -> 128 + entry.bytes().length)
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .expireAfter(Expiry.<CacheKey, Entry>writing((key, entry) -> entry.life()))
                .build();
    }

    @Override
    public CompletionStage<byte @Nullable []> get(CacheKey key) {
        Entry entry = entries.getIfPresent(key);
        return CompletableFuture.completedFuture(entry == null ? null : entry.bytes());
    }

    @Override
    public CompletionStage<Void> put(CacheKey key, byte[] bytes, Duration life) {
        entries.put(key, new Entry(bytes, life));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> remove(CacheKey key) {
        entries.invalidate(key);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<String> generation() {
        return CompletableFuture.completedFuture(Long.toString(purges.get()));
    }

    @Override
    public CompletionStage<Long> purge(@Nullable PathPattern paths) {
        purges.incrementAndGet();
        long[] purged = new long[1];
        entries.asMap().values().removeIf(entry -> {
            String path = paths == null ? null : StoredEntry.pathOf(entry.bytes());
            boolean matches = paths == null || (path != null && paths.matches(path));
            if (matches) {
                purged[0]++;
            }
            return matches;
        });
        return CompletableFuture.completedFuture(purged[0]);
    }
}
