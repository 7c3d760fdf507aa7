package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases that a node knows, by identifier and meters. Bounded by memory: the entries least likely to be used again
 * are evicted first. Safe for any thread.
 */
final class LeaseEntries {

    /** How long after an eviction others are to be expected. */
    private static final long CROWDED_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The memory of an identifier over two meters and its lease in the maps, in bytes, as a test finds it. */
    static final int ENTRY_BYTES = 1_250;

    private final Cache<LeaseEntry.Key, LeaseEntry> entries;
    private final KeysByIdentifier<LeaseEntry.Key> keys = new KeysByIdentifier<>();

    /** The time of the last eviction; earlier than any where there was none. */
    private volatile long evictedNanos;

    /** Entries of about {@code mostBytes} of memory at most; those that are evicted are passed on. */
    LeaseEntries(long mostBytes, Clock clock, Consumer<LeaseEntry> evicted) {
        this.evictedNanos = clock.nanos() - CROWDED_NANOS;
        this.entries = Caffeine.newBuilder()
                .maximumSize(Math.max(16, mostBytes / ENTRY_BYTES))
                .executor(Runnable::run)
                .evictionListener((LeaseEntry.@Nullable Key key, @Nullable LeaseEntry entry, RemovalCause cause) -> {
                    evictedNanos = clock.nanos();
                    if (key != null) {
                        keys.remove(key.identifier(), key);
                    }
                })
                .removalListener((LeaseEntry.@Nullable Key key, @Nullable LeaseEntry entry, RemovalCause cause) -> {
                    if (entry != null && cause.wasEvicted()) {
                        evicted.accept(entry);
                    }
                })
                .build();
    }

    /** The entry, or null. */
    @Nullable
    LeaseEntry find(LeaseEntry.Key key) {
        return entries.getIfPresent(key);
    }

    /** The entry, which is made where there is none. */
    LeaseEntry get(LeaseEntry.Key key, long now) {
        return entries.get(key, missing -> {
            keys.add(missing.identifier(), missing);
            return new LeaseEntry(missing, now - evictedNanos < CROWDED_NANOS, now);
        });
    }

    /** All entries of the identifier. */
    List<LeaseEntry> of(Identifier identifier) {
        return keys.of(identifier).stream()
                .map(entries::getIfPresent)
                .filter(Objects::nonNull)
                .toList();
    }

    /** All entries, as the map has them while they are looked at. */
    Collection<LeaseEntry> all() {
        return entries.asMap().values();
    }

    /** Forgets all entries. */
    void clear() {
        entries.invalidateAll();
    }

    /** The approximate number of entries. */
    long size() {
        return entries.estimatedSize();
    }
}
