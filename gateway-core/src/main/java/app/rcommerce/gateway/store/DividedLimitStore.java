package app.rcommerce.gateway.store;

import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Counts of which those in windows of the calendar live in a store of their own. Of meters of both kinds both are asked at
 * once; where one refuses, or does not answer, what the other has granted goes back, and the refusal stands, without
 * another question, until the time it has named. Bounded; safe for any thread.
 */
public final class DividedLimitStore implements LimitStore {

    private static final int MOST_REFUSALS = 20_000;

    private record Key(Identifier identifier, Meters meters) {}

    /** Who asked for so many permits was refused; who asks for as many is again. */
    private record Refusal(Taken taken, int permits, long atNanos) {}

    private final LimitStore rolling;
    private final LimitStore calendar;
    private final Clock clock;
    private final Cache<Key, Refusal> refusals;

    /**
     * Sliding windows and buckets are counted in the one, fixed windows in the other.
     *
     * @param remembers whether refusals of meters of both kinds stand until the time they name; else every question is
     *     asked
     */
    public DividedLimitStore(LimitStore rolling, LimitStore calendar, Clock clock, boolean remembers) {
        this.rolling = rolling;
        this.calendar = calendar;
        this.clock = clock;
        this.refusals = Caffeine.newBuilder()
                .maximumSize(remembers ? MOST_REFUSALS : 0)
                .executor(Runnable::run)
                .build();
    }

    private @Nullable Taken standing(Identifier identifier, List<Meter> meters, int permits) {
        Key key = new Key(identifier, Meters.of(meters));
        Refusal refusal = refusals.getIfPresent(key);
        if (refusal == null || permits < refusal.permits()) {
            return null;
        }
        long elapsed = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - refusal.atNanos());
        if (elapsed >= refusal.taken().retryAfterMillis()) {
            refusals.invalidate(key);
            return null;
        }
        return refusal.taken().later(elapsed);
    }

    private Taken remembered(Identifier identifier, List<Meter> meters, int permits, Taken taken, long atNanos) {
        if (!taken.granted()) {
            refusals.put(new Key(identifier, Meters.of(meters)), new Refusal(taken, permits, atNanos));
        }
        return taken;
    }

    private static boolean isFixed(Meter meter) {
        return meter.algorithm() == Algorithm.FIXED_WINDOW;
    }

    private static int fixed(List<Meter> meters) {
        int fixed = 0;
        for (int i = 0; i < meters.size(); i++) {
            fixed += isFixed(meters.get(i)) ? 1 : 0;
        }
        return fixed;
    }

    /** The store that counts all of the meters; null where there are meters for both. */
    private @Nullable LimitStore only(List<Meter> meters) {
        int fixed = fixed(meters);
        return fixed == 0 ? rolling : fixed == meters.size() ? calendar : null;
    }

    private static List<Meter> part(List<Meter> meters, boolean fixed) {
        return meters.stream().filter(meter -> isFixed(meter) == fixed).toList();
    }

    @Override
    public @Nullable Taken takeNear(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        return only == null ? standing(identifier, meters, permits) : only.takeNear(identifier, meters, permits);
    }

    @Override
    public CompletionStage<Taken> take(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        if (only != null) {
            return only.take(identifier, meters, permits);
        }
        // What stands is told as of when it was asked: never longer than it was named for.
        long atNanos = clock.nanos();
        return takeBoth(identifier, meters, permits)
                .thenApply(taken -> remembered(identifier, meters, permits, taken, atNanos));
    }

    private CompletionStage<Taken> takeBoth(Identifier identifier, List<Meter> meters, int permits) {
        Part first = Part.take(rolling, identifier, part(meters, false), permits);
        Part second = Part.take(calendar, identifier, part(meters, true), permits);
        CompletableFuture<Taken> both = new CompletableFuture<>();
        CompletableFuture.allOf(first.taken(), second.taken()).whenComplete((done, failure) -> {
            if (first.isGranted() && second.isGranted()) {
                both.complete(merged(meters, first.taken().join(), second.taken().join()));
                return;
            }
            first.giveBack(identifier, permits);
            second.giveBack(identifier, permits);
            if (failure == null) {
                both.complete(merged(meters, first.taken().join(), second.taken().join()));
            } else {
                Throwable cause = failure.getCause();
                both.completeExceptionally(cause == null ? failure : cause);
            }
        });
        return both;
    }

    /** What one store has answered about its meters. */
    private record Part(LimitStore store, List<Meter> meters, CompletableFuture<Taken> taken) {

        static Part take(LimitStore store, Identifier identifier, List<Meter> meters, int permits) {
            return new Part(store, meters, store.take(identifier, meters, permits).toCompletableFuture());
        }

        boolean isGranted() {
            return !taken.isCompletedExceptionally() && taken.join().granted();
        }

        void giveBack(Identifier identifier, int permits) {
            if (isGranted()) {
                store.giveBack(identifier, meters, permits, taken.join()).exceptionally(failure -> null);
            }
        }
    }

    private static Taken merged(List<Meter> meters, Taken first, Taken second) {
        List<Taken.State> states = new ArrayList<>(meters.size());
        int firsts = 0;
        int seconds = 0;
        for (Meter meter : meters) {
            states.add(isFixed(meter) ? second.states().get(seconds++) : first.states().get(firsts++));
        }
        long retryAfter = Math.max(first.retryAfterMillis(), second.retryAfterMillis());
        return new Taken(first.granted() && second.granted(), retryAfter, states, first.atMillis());
    }

    /** Of meters of both kinds, those in fixed windows stay counted: the time of one store says nothing to the other. */
    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Taken taken) {
        LimitStore only = only(meters);
        if (only != null) {
            return only.giveBack(identifier, meters, permits, taken);
        }
        List<Taken.State> states = new ArrayList<>(meters.size());
        for (int i = 0; i < meters.size(); i++) {
            if (!isFixed(meters.get(i))) {
                states.add(taken.states().get(i));
            }
        }
        Taken first = new Taken(taken.granted(), taken.retryAfterMillis(), states, taken.atMillis());
        return rolling.giveBack(identifier, part(meters, false), permits, first);
    }

    @Override
    public CompletionStage<Void> charge(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        return only != null
                ? only.charge(identifier, meters, permits)
                : CompletableFuture.allOf(
                        rolling.charge(identifier, part(meters, false), permits).toCompletableFuture(),
                        calendar.charge(identifier, part(meters, true), permits).toCompletableFuture());
    }

    @Override
    public CompletionStage<Taken> usage(Identifier identifier, List<Meter> meters) {
        LimitStore only = only(meters);
        return only != null
                ? only.usage(identifier, meters)
                : rolling.usage(identifier, part(meters, false))
                        .thenCombine(
                                calendar.usage(identifier, part(meters, true)),
                                (first, second) -> merged(meters, first, second));
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        return rolling.reset(identifier)
                .thenCompose(done -> calendar.reset(identifier))
                .thenRun(() -> forget(identifier));
    }

    /** Forgets refusals of the identifier: its counts have been reset, here or elsewhere. */
    public void forget(Identifier identifier) {
        refusals.asMap().keySet().removeIf(key -> key.identifier().equals(identifier));
    }

    /** As {@link #forget(Identifier)}, for every identifier. */
    public void forgetAll() {
        refusals.invalidateAll();
    }
}
