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
 * A bounded near copy of a store whose entries refuse keys, such as blocked identifiers or revoked tokens. It keeps the
 * store's answers for as long as {@link NearAnswers} believes them, and beside them the entries that are known, so that
 * these keys are still refused while the store is away. Safe for any thread.
 *
 * <p>A known entry is forgotten when the store says otherwise, when it ends, and when its change is told, since it may
 * have been lifted. The store is then asked at once, whether the key was known or not. So an entry that was only
 * written again is known again, and one that another node wrote is known before its first request comes. An entry that
 * this node has written itself is known without asking; the next notice about its key within a second is about that
 * write and lifts nothing.
 */
final class NearVerdicts<K, V> {

    private static final int MOST_ENTRIES = 50_000;
    private static final int MOST_OWN_WRITES = 10_000;
    /** The most keys that have changed and are asked for at a time. */
    static final int MOST_LEARNING = 256;

    private static final long OWN_WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_LIFE_MILLIS = TimeUnit.DAYS.toMillis(1);

    /**
     * The result of a look-up.
     *
     * @param bad the entry that refuses the key; null where there is none
     */
    record Found<V>(@Nullable V bad) {
        boolean isBad() {
            return bad != null;
        }
    }

    /**
     * The store that is copied.
     *
     * @param ask asks the store for the entry of a key, which may be null
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
    /**
     * The keys that this node has written, with the time until which a notice about them is taken for one of that
     * write.
     */
    private final Cache<K, Long> own = Caffeine.newBuilder()
            .maximumSize(MOST_OWN_WRITES)
            .executor(Runnable::run)
            .build();

    private final AtomicInteger learning = new AtomicInteger();

    NearVerdicts(Source<K, V> source, Near near, Clock clock) {
        this.source = source;
        this.clock = clock;
        this.answers = new NearAnswers<>(near, clock, MOST_ENTRIES);
    }

    /** The result for a key that may be believed without asking; null where the store has to be asked. */
    @Nullable
    Found<V> near(K key) {
        return answers.find(key);
    }

    /**
     * Asks the store. Where it cannot be asked, a known entry is the answer. Fails with {@link StoreUnavailable} where
     * nothing is known, or with the store's own defect.
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
     * Makes the result of the store's answer, and remembers it. An answer for a key that has changed meanwhile is
     * returned but not remembered, so that {@link #changed} and the writes take precedence.
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

    /** Records that the store has told of a change of the key. */
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
            // The caller, which tells of changes, must not fail because of a store's defect; the next request will meet
            // it.
            learning.decrementAndGet();
        }
    }

    private boolean isOwnWrite(K key) {
        Long until = own.asMap().remove(key);
        return until != null && until - clock.nanos() > 0;
    }

    /** Records that this node has written an entry to the store. */
    void wrote(K key, V bad) {
        own.put(key, clock.nanos() + OWN_WRITE_NANOS);
        answers.forget(key);
        known.asMap().compute(key, (same, held) -> bad);
    }

    /** Records that this node has removed the entry of the key from the store. */
    void lifted(K key) {
        own.invalidate(key);
        answers.forget(key);
        known.invalidate(key);
    }

    /** Forgets the answer for a key whose entry this node did not write, so that the next request asks the store. */
    void forgetAnswer(K key) {
        answers.forget(key);
    }
}
