package app.rcommerce.gateway.bounded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache with a bound (Caffeine: the entries least likely to be used again are evicted first), and in front of it a
 * direct-mapped array of the entries that were found last. Of thousands of callers in turn each look-up touches memory
 * that no cache of the processor has any more: in Caffeine's table, its nodes, and the nodes beside them in the order
 * of use. A look-up in the array touches the entry alone, and Caffeine is told of its use five times a second, once a
 * cache of entries that weigh the same is half full: it asks for no more itself, since nothing is evicted before. What
 * is removed, evicted or replaced is in the array no longer once that has returned, but for a look-up under way. Safe
 * for any thread.
 *
 * <p>Measured by {@code CallersBenchmark}.
 */
public final class BoundedCache<K, V extends BoundedCache.Entry<K>> {

    /** What is cached: an object that knows its key. */
    public abstract static class Entry<K> {

        private final K key;
        /** When Caffeine was told of its use last; races between threads are harmless. */
        private long toldNanos;

        protected Entry(K key) {
            this.key = key;
        }

        /** The key under which it is cached. */
        public final K key() {
            return key;
        }
    }

    private static final int MOST_IN_FRONT = 8_192;
    private static final int GOLDEN_RATIO = 0x9E3779B9;
    private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Cache<K, V> cache;
    private final AtomicReferenceArray<@Nullable V> front;
    private final int shift;
    /** Where the cache has fewer entries than this, Caffeine need not know which of them are used. */
    private final long roomy;

    /** A cache of so many entries at most. */
    public BoundedCache(long most) {
        this(most, entry -> {}, entry -> {});
    }

    /**
     * A cache of so many entries at most that tells of those it evicts.
     *
     * @param evicting called with an entry before anybody can make another one for its key
     * @param evicted called with it thereafter, on the same thread
     */
    public BoundedCache(long most, Consumer<V> evicting, Consumer<V> evicted) {
        this(most, null, evicting, evicted);
    }

    /**
     * A cache of entries of any weight.
     *
     * @param most the greatest sum of weights
     */
    public BoundedCache(long most, ToIntFunction<V> weigh) {
        this(most, weigh, entry -> {}, entry -> {});
    }

    private BoundedCache(long most, @Nullable ToIntFunction<V> weigh, Consumer<V> evicting, Consumer<V> evicted) {
        this.roomy = weigh == null ? most / 2 : 0;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.clamp(most, 2, MOST_IN_FRONT) - 1);
        this.shift = Integer.SIZE - bits;
        this.front = new AtomicReferenceArray<>(1 << bits);
        Caffeine<Object, Object> bounded = Caffeine.newBuilder();
        Caffeine<? super K, ? super V> sized = weigh == null
                ? bounded.maximumSize(most)
                : bounded.maximumWeight(most).weigher((K key, V entry) -> weigh.applyAsInt(entry));
        this.cache = sized.executor(Runnable::run)
                .evictionListener((@Nullable K key, @Nullable V entry, RemovalCause cause) -> {
                    if (entry != null) {
                        evicting.accept(entry);
                    }
                })
                .removalListener((@Nullable K key, @Nullable V entry, RemovalCause cause) -> {
                    if (entry != null) {
                        front.compareAndSet(place(entry.key()), entry, null);
                        if (cause.wasEvicted()) {
                            evicted.accept(entry);
                        }
                    }
                })
                .build();
    }

    private int place(K key) {
        return (key.hashCode() * GOLDEN_RATIO) >>> shift;
    }

    /**
     * The entry of the key, or null.
     *
     * @param nowNanos the time by any clock, the same one each time; where it steps back Caffeine is told later
     */
    public @Nullable V find(K key, long nowNanos) {
        int place = place(key);
        V entry = front.get(place);
        return entry != null && entry.key().equals(key) && !isToBeTold(entry, nowNanos)
                ? entry
                : findBehind(key, place, nowNanos);
    }

    private boolean isToBeTold(Entry<?> entry, long nowNanos) {
        if (nowNanos - entry.toldNanos < TELL_NANOS) {
            return false;
        }
        if (cache.estimatedSize() < roomy) {
            entry.toldNanos = nowNanos;
            return false;
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // an equal entry is another one
    private @Nullable V findBehind(K key, int place, long nowNanos) {
        V entry = cache.getIfPresent(key);
        if (entry == null) {
            return null;
        }
        Entry<K> told = entry;
        told.toldNanos = nowNanos;
        if (front.get(place) != entry) {
            front.set(place, entry);
            if (cache.policy().getIfPresentQuietly(key) != entry) {
                // It was removed before it was put there, when there was nothing to take away.
                front.compareAndSet(place, entry, null);
            }
        }
        return entry;
    }

    /** The entry of the key, which is made where there is none. */
    public V get(K key, Function<K, V> make) {
        return cache.get(key, make);
    }

    /** Puts an entry in the place of any other of its key. */
    public void put(V entry) {
        cache.put(entry.key(), entry);
    }

    /** Removes the entry of the key. */
    public void remove(K key) {
        cache.invalidate(key);
    }

    /** Removes all entries. */
    public void clear() {
        cache.invalidateAll();
    }

    /** All entries, as the map has them while they are looked at. */
    public Collection<V> all() {
        return cache.asMap().values();
    }

    /** The approximate number of entries. */
    public long size() {
        return cache.estimatedSize();
    }
}
