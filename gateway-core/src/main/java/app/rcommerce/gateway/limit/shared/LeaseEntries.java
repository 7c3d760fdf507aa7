package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.bounded.BoundedCache;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.time.Clock;
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

    private final BoundedCache<LeaseEntry.Key, LeaseEntry> entries;
    private final KeysByIdentifier<LeaseEntry.Key> keys = new KeysByIdentifier<>();

    /** The time of the last eviction; earlier than any where there was none. */
    private volatile long evictedNanos;

    /** Entries of about {@code mostBytes} of memory at most; those that are evicted are passed on. */
    LeaseEntries(long mostBytes, Clock clock, Consumer<LeaseEntry> evicted) {
        this.evictedNanos = clock.nanos() - CROWDED_NANOS;
        this.entries = new BoundedCache<>(
                Math.max(16, mostBytes / ENTRY_BYTES),
                entry -> {
                    evictedNanos = clock.nanos();
                    keys.remove(entry.key().identifier(), entry.key());
                },
                evicted);
    }

    /** The entry, or null. */
    @Nullable
    LeaseEntry find(LeaseEntry.Key key, long now) {
        return entries.find(key, now);
    }

    /** The entry, which is made where there is none. */
    LeaseEntry get(LeaseEntry.Key key, long now) {
        return entries.get(key, missing -> {
            keys.add(missing.identifier(), missing);
            return new LeaseEntry(missing, now - evictedNanos < CROWDED_NANOS, now);
        });
    }

    /** All entries of the identifier. */
    List<LeaseEntry> of(Identifier identifier, long now) {
        return keys.of(identifier).stream()
                .map(key -> entries.find(key, now))
                .filter(Objects::nonNull)
                .toList();
    }

    /** All entries, as the map has them while they are looked at. */
    Collection<LeaseEntry> all() {
        return entries.all();
    }

    /** Forgets all entries. */
    void clear() {
        entries.clear();
    }

    /** The approximate number of entries. */
    long size() {
        return entries.size();
    }
}
