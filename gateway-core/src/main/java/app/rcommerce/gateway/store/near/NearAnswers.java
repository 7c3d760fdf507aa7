package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.bounded.BoundedCache;
import app.rcommerce.gateway.store.Epoch;
import app.rcommerce.gateway.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of a store's answers, each of which is believed for as long as {@link Near} allows. Safe for any
 * thread.
 *
 * <p>A change may be told while an answer from before it is still on its way. So a {@link PendingAnswer} is made before
 * the store is asked, and the answer is remembered only if no change of the key was told since: {@link #forget} (1)
 * counts up the key's version and (2) removes the answer; {@link #remember} (3) puts it and (4) looks at the version.
 * Whichever of 1 and 4 comes first, the old answer does not stay. An answer of an earlier version is not believed
 * wherever it is found.
 */
final class NearAnswers<K, V> {

    /** The longest time for which an answer is believed, even where changes are told. */
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** The number of version counters. Keys that share one are merely forgotten together. */
    private static final int VERSIONS = 1024;

    /** An answer that is still to come: the key with its version and the epoch from before the store was asked. */
    record PendingAnswer<K>(K key, long version, @Nullable Epoch epoch) {}

    private static final class CachedAnswer<K, V> extends BoundedCache.Entry<K> {
        private final V value;
        private final long version;
        private final long untilNanos;
        private final @Nullable Epoch epoch;

        CachedAnswer(PendingAnswer<K> pending, V value, long untilNanos, @Nullable Epoch epoch) {
            super(pending.key());
            this.version = pending.version();
            this.value = value;
            this.untilNanos = untilNanos;
            this.epoch = epoch;
        }
    }

    private final Near near;
    private final Clock clock;
    private final BoundedCache<K, CachedAnswer<K, V>> answers;
    private final AtomicIntegerArray versions = new AtomicIntegerArray(VERSIONS);
    private final AtomicIntegerArray generation = new AtomicIntegerArray(1);

    /** A cache of so many answers at most. */
    NearAnswers(Near near, Clock clock, long most) {
        this(near, clock, new BoundedCache<>(most));
    }

    /**
     * A cache of answers of any weight.
     *
     * @param most the greatest sum of weights
     * @param weigh weighs an answer
     */
    NearAnswers(Near near, Clock clock, long most, ToIntFunction<V> weigh) {
        this(near, clock, new BoundedCache<>(most, answer -> weigh.applyAsInt(answer.value)));
    }

    private NearAnswers(Near near, Clock clock, BoundedCache<K, CachedAnswer<K, V>> answers) {
        this.near = near;
        this.clock = clock;
        this.answers = answers;
    }

    /** The answer for the key where there is one and it may be believed; else null. */
    @Nullable
    V find(K key) {
        if (near.strict()) {
            return null;
        }
        long now = clock.nanos();
        CachedAnswer<K, V> answer = answers.find(key, now);
        if (answer == null || answer.version != version(key)) {
            return null;
        }
        Epoch epoch = answer.epoch;
        return answer.untilNanos - now > 0 && (epoch == null ? isUntold(now) : epoch.holds(now)) ? answer.value : null;
    }

    /**
     * Whether changes are not told at present. An answer from such a time is not believed any more once they are told.
     */
    private boolean isUntold(long now) {
        Epoch epoch = near.tracking().epoch();
        return epoch == null || !epoch.holds(now);
    }

    /** Makes the pending answer for a key; to be called before the store is asked. */
    PendingAnswer<K> ask(K key) {
        return new PendingAnswer<>(key, version(key), near.tracking().epoch());
    }

    /** Remembers the answer, for {@code mostNanos} at most. */
    void remember(PendingAnswer<K> pending, V value, long mostNanos) {
        if (near.strict() || !isCurrent(pending)) {
            return;
        }
        long now = clock.nanos();
        Epoch epoch = pending.epoch();
        boolean tracked = epoch != null && epoch.holds(now);
        long life = Math.min(mostNanos, tracked ? LONGEST_NANOS : near.ttl().toNanos());
        if (life <= 0) {
            return;
        }
        answers.put(new CachedAnswer<>(pending, value, now + life, tracked ? epoch : null));
        if (!isCurrent(pending)) {
            answers.remove(pending.key());
        }
    }

    /** Whether nothing has been told of the key since the store was asked. */
    boolean isCurrent(PendingAnswer<K> pending) {
        return version(pending.key()) == pending.version();
    }

    /** Forgets the answer for a key that has changed. */
    void forget(K key) {
        versions.incrementAndGet(stripe(key));
        answers.remove(key);
    }

    /** Forgets all answers, since anything may have changed. */
    void forgetAll() {
        generation.incrementAndGet(0);
        answers.clear();
    }

    /**
     * The version of a key: the sum of its own counter and the generation. Both only count up, so the sum is the same
     * only where both are.
     */
    private long version(K key) {
        return (long) versions.get(stripe(key)) + generation.get(0);
    }

    private int stripe(K key) {
        int hash = key.hashCode();
        return ((hash ^ (hash >>> 16)) * 0x9E3779B1) >>> 22;
    }
}
