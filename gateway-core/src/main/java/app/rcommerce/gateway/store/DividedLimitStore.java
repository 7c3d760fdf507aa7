package app.rcommerce.gateway.store;

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
 * Counts of which those in windows of the calendar live in a store of their own. Both are asked at once; where one
 * refuses, or does not answer, what the other has granted goes back. Safe for any thread.
 */
public final class DividedLimitStore implements LimitStore {

    private final LimitStore rolling;
    private final LimitStore calendar;

    /** Sliding windows and buckets are counted in the one, fixed windows in the other. */
    public DividedLimitStore(LimitStore rolling, LimitStore calendar) {
        this.rolling = rolling;
        this.calendar = calendar;
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
        return only == null ? null : only.takeNear(identifier, meters, permits);
    }

    @Override
    public CompletionStage<Taken> take(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        if (only != null) {
            return only.take(identifier, meters, permits);
        }
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
        return rolling.reset(identifier).thenCompose(done -> calendar.reset(identifier));
    }
}
