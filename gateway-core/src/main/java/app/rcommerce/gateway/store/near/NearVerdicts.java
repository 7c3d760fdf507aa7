package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.near.NearAnswers.PendingAnswer;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of what a store has against keys: its answers, as {@link NearAnswers} believes them, and beside
 * them what is known to be bad, which goes on being refused while the store is away. Safe for any thread.
 *
 * <p>What is known to be bad is forgotten when the store says otherwise, when it ends, and when its change is told: it
 * may have been lifted. The store is then asked at once, whether anything was known of the key or not: so an entry that
 * was only written again is known again, and one that another node wrote is known before its first request comes. What
 * this node has written itself is known without asking; the next telling of that key within a second is of that very
 * write and lifts nothing.
 */
final class NearVerdicts<K, V> {

    private static final int MOST_ENTRIES = 50_000;
    private static final int MOST_OWN_WRITES = 10_000;
    /** How many keys that have changed may be asked for at a time. */
    static final int MOST_LEARNING = 256;

    private static final long OWN_WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_LIFE_MILLIS = TimeUnit.DAYS.toMillis(1);

    /** What was found under a key; null where nothing is held against it. */
    record Found<V>(@Nullable V bad) {
        boolean isBad() {
            return bad != null;
        }
    }

    /**
     * The store behind it.
     *
     * @param ask asks the store; null for nothing
     * @param untilMillis when something bad ends, in milliseconds since the epoch; {@link Long#MAX_VALUE} where that is
     *     unknown
     * @param failureReason what is said where the store cannot be asked
     */
    record Source<K, V>(
            Function<K, CompletionStage<@Nullable V>> ask, ToLongFunction<V> untilMillis, String failureReason) {}

    private final Source<K, V> source;
    private final Clock clock;
    private final Found<V> good = new Found<>(null);
    private final NearAnswers<K, Found<V>> answers;
    private final Cache<K, V> known = Caffeine.newBuilder()
            .maximumSize(MOST_ENTRIES)
            .executor(Runnable::run)
            .build();
    /** By when the change that this node has made will have been told. */
    private final Cache<K, Long> own = Caffeine.newBuilder()
            .maximumSize(MOST_OWN_WRITES)
            .executor(Runnable::run)
            .build();

    private final AtomicInteger learning = new AtomicInteger();

    NearVerdicts(Source<K, V> source, Near near, Clock clock) {
        this.source = source;
        this.clock = clock;
        this.answers = new NearAnswers<>(near, clock, MOST_ENTRIES, found -> 1);
    }

    /** What may be believed without asking; null where the store has to be asked. */
    @Nullable
    Found<V> near(K key) {
        return answers.find(key);
    }

    /**
     * Asks the store; where it cannot be asked, what is known to be bad stays so. Fails with {@link StoreUnavailable}
     * where nothing is known, or with the store's own defect.
     */
    CompletableFuture<Found<V>> ask(K key) {
        PendingAnswer<K> pending = answers.ask(key);
        CompletableFuture<@Nullable V> asked = source.ask().apply(key).toCompletableFuture();
        if (asked.isDone() && !asked.isCompletedExceptionally()) {
            return CompletableFuture.completedFuture(settle(pending, asked.join()));
        }
        return asked.handle((bad, failure) -> {
            if (failure == null) {
                return settle(pending, bad);
            }
            V stillBad = known.getIfPresent(key);
            if (stillBad != null && source.untilMillis().applyAsLong(stillBad) > clock.millis()) {
                return new Found<>(stillBad);
            }
            throw StoreUnavailable.orDefect(failure, source.failureReason());
        });
    }

    /**
     * An answer that its change has overtaken is answered, and not kept: {@link #changed} and the writes come first.
     */
    private Found<V> settle(PendingAnswer<K> pending, @Nullable V bad) {
        K key = pending.key();
        if (bad != null || known.getIfPresent(key) != null) {
            known.asMap().compute(key, (same, held) -> answers.isCurrent(pending) ? bad : held);
        }
        Found<V> found = bad == null ? good : new Found<>(bad);
        answers.remember(pending, found, bad == null ? Long.MAX_VALUE : nanosLeft(bad));
        return found;
    }

    private long nanosLeft(V bad) {
        long left = source.untilMillis().applyAsLong(bad) - clock.millis();
        return TimeUnit.MILLISECONDS.toNanos(Math.min(left, LONGEST_LIFE_MILLIS));
    }

    /** The store has told that the key has changed. */
    void changed(K key) {
        answers.forget(key);
        known.asMap().computeIfPresent(key, (same, bad) -> isOwnWrite(key) ? bad : null);
        // Many may change at once, and requests have questions too: beyond the bound the next request asks.
        if (learning.incrementAndGet() > MOST_LEARNING) {
            learning.decrementAndGet();
            return;
        }
        try {
            ask(key).whenComplete((found, failure) -> learning.decrementAndGet());
        } catch (RuntimeException e) {
            // Whoever tells must not suffer from a store's defect; the next request meets it.
            learning.decrementAndGet();
        }
    }

    private boolean isOwnWrite(K key) {
        Long until = own.asMap().remove(key);
        return until != null && until - clock.nanos() > 0;
    }

    /** This node has written to the store that the key is bad. */
    void wrote(K key, V bad) {
        own.put(key, clock.nanos() + OWN_WRITE_NANOS);
        answers.forget(key);
        known.asMap().compute(key, (same, held) -> bad);
    }

    /** This node has taken from the store whatever stood against the key. */
    void lifted(K key) {
        own.invalidate(key);
        answers.forget(key);
        known.invalidate(key);
    }

    /** This node has found that something else stands against the key: the next request asks. */
    void forgetAnswer(K key) {
        answers.forget(key);
    }
}
