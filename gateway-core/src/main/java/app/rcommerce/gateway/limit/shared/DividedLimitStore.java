package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.limit.lease.Refusal;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A limit store over two others: one for fixed windows, which are those of the calendar, and one for sliding windows
 * and buckets. Where meters of both kinds are asked about together, both stores are asked at once. Where one of them
 * refuses or does not answer, the permits that the other has granted go back, and a refusal is remembered up to the
 * time that it has named. Bounded; safe for any thread.
 */
public final class DividedLimitStore implements LimitStore {

    private static final int MOST_REFUSALS = 20_000;

    private final LimitStore rolling;
    private final LimitStore calendar;
    private final Clock clock;
    private final boolean remembers;
    private final Cache<LeaseEntry.Key, Refusal> refusals;
    private final KeysByIdentifier<LeaseEntry.Key> keys = new KeysByIdentifier<>();

    /**
     * A store that counts sliding windows and buckets in {@code rolling} and fixed windows in {@code calendar}.
     *
     * @param remembers whether refusals of meters of both kinds are remembered; if not, the stores are asked each time
     */
    public DividedLimitStore(LimitStore rolling, LimitStore calendar, Clock clock, boolean remembers) {
        this.rolling = rolling;
        this.calendar = calendar;
        this.clock = clock;
        this.remembers = remembers;
        this.refusals = Caffeine.newBuilder()
                .maximumSize(MOST_REFUSALS)
                .executor(Runnable::run)
                .evictionListener((LeaseEntry.@Nullable Key key, @Nullable Refusal refusal, RemovalCause cause) -> {
                    if (key != null) {
                        keys.remove(key.identifier(), key);
                    }
                })
                .build();
    }

    private @Nullable Decision standing(Identifier identifier, List<Meter> meters, int permits) {
        LeaseEntry.Key key = new LeaseEntry.Key(identifier, Meters.of(meters));
        Refusal refusal = refusals.getIfPresent(key);
        return refusal == null ? null : refusal.standing(permits, clock.nanos());
    }

    private Decision remembered(
            Identifier identifier, List<Meter> meters, int permits, Decision decision, long atNanos) {
        LeaseEntry.Key key = new LeaseEntry.Key(identifier, Meters.of(meters));
        if (decision.granted()) {
            forget(key);
        } else if (remembers) {
            long leaseNanos = TimeUnit.MILLISECONDS.toNanos(key.meters().leaseMillis());
            refusals.asMap().compute(key, (same, before) -> {
                keys.add(identifier, key);
                return Refusal.of(decision, permits, atNanos, leaseNanos, before);
            });
        }
        return decision;
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

    /** The store that counts all of the meters; null where there are meters of both kinds. */
    private @Nullable LimitStore only(List<Meter> meters) {
        int fixed = fixed(meters);
        return fixed == 0 ? rolling : fixed == meters.size() ? calendar : null;
    }

    private static List<Meter> ofKind(List<Meter> meters, boolean fixed) {
        return meters.stream().filter(meter -> isFixed(meter) == fixed).toList();
    }

    @Override
    public @Nullable Decision takeNear(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        return only == null ? standing(identifier, meters, permits) : only.takeNear(identifier, meters, permits);
    }

    @Override
    public List<@Nullable Known> known(Identifier identifier, List<Meter> meters) {
        LimitStore only = only(meters);
        if (only != null) {
            return only.known(identifier, meters);
        }
        List<@Nullable Known> first = rolling.known(identifier, ofKind(meters, false));
        List<@Nullable Known> second = calendar.known(identifier, ofKind(meters, true));
        List<@Nullable Known> both = new ArrayList<>(meters.size());
        int firsts = 0;
        int seconds = 0;
        for (Meter meter : meters) {
            List<@Nullable Known> own = isFixed(meter) ? second : first;
            int at = isFixed(meter) ? seconds++ : firsts++;
            both.add(own.isEmpty() ? null : own.get(at));
        }
        return both;
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        if (only != null) {
            return only.take(identifier, meters, permits);
        }
        // The refusal begins when the stores were asked, so that it does not last longer than they have named.
        long atNanos = clock.nanos();
        return takeBoth(identifier, meters, permits)
                .thenApply(decision -> remembered(identifier, meters, permits, decision, atNanos));
    }

    private CompletionStage<Decision> takeBoth(Identifier identifier, List<Meter> meters, int permits) {
        StoreDecision first = StoreDecision.take(rolling, identifier, ofKind(meters, false), permits);
        StoreDecision second = StoreDecision.take(calendar, identifier, ofKind(meters, true), permits);
        CompletableFuture<Decision> both = new CompletableFuture<>();
        CompletableFuture.allOf(first.decision(), second.decision()).whenComplete((done, failure) -> {
            if (first.isGranted() && second.isGranted()) {
                both.complete(merged(
                        meters, first.decision().join(), second.decision().join()));
                return;
            }
            first.giveBack(identifier, permits);
            second.giveBack(identifier, permits);
            if (failure == null) {
                both.complete(merged(
                        meters, first.decision().join(), second.decision().join()));
            } else {
                Throwable cause = failure.getCause();
                both.completeExceptionally(cause == null ? failure : cause);
            }
        });
        return both;
    }

    /** The decision of one of the two stores about its meters. */
    private record StoreDecision(LimitStore store, List<Meter> meters, CompletableFuture<Decision> decision) {

        static StoreDecision take(LimitStore store, Identifier identifier, List<Meter> meters, int permits) {
            return new StoreDecision(
                    store, meters, store.take(identifier, meters, permits).toCompletableFuture());
        }

        boolean isGranted() {
            return !decision.isCompletedExceptionally() && decision.join().granted();
        }

        void giveBack(Identifier identifier, int permits) {
            if (isGranted()) {
                store.giveBack(identifier, meters, permits, decision.join()).exceptionally(failure -> null);
            }
        }
    }

    private static Decision merged(List<Meter> meters, Decision first, Decision second) {
        List<Decision.State> states = new ArrayList<>(meters.size());
        int firsts = 0;
        int seconds = 0;
        for (Meter meter : meters) {
            states.add(
                    isFixed(meter)
                            ? second.states().get(seconds++)
                            : first.states().get(firsts++));
        }
        long retryAfter = Math.max(first.retryAfterMillis(), second.retryAfterMillis());
        List<Unused> taken = new ArrayList<>(2);
        first.taken().forEach(unused -> taken.add(among(meters, false, unused)));
        second.taken().forEach(unused -> taken.add(among(meters, true, unused)));
        return new Decision(first.granted() && second.granted(), retryAfter, states, taken);
    }

    /** The permits that the meters of one kind have counted, with a state for every meter. */
    private static Unused among(List<Meter> meters, boolean fixed, Unused unused) {
        List<Decision.State> states = new ArrayList<>(meters.size());
        int own = 0;
        for (Meter meter : meters) {
            boolean counted = isFixed(meter) == fixed && unused.isCountedBy(own);
            own += isFixed(meter) == fixed ? 1 : 0;
            states.add(new Decision.State(0, 0, !counted));
        }
        return unused.with(states);
    }

    /** The part of a decision that is about the meters of one kind. */
    private static Decision ofKind(List<Meter> meters, boolean fixed, Decision decision) {
        List<Unused> taken = new ArrayList<>(2);
        for (Unused unused : decision.taken()) {
            List<Decision.State> states = states(meters, fixed, unused.states());
            if (states.stream().anyMatch(state -> !state.over())) {
                taken.add(unused.with(states));
            }
        }
        return new Decision(decision.granted(), 0, states(meters, fixed, decision.states()), taken);
    }

    private static List<Decision.State> states(List<Meter> meters, boolean fixed, List<Decision.State> states) {
        List<Decision.State> own = new ArrayList<>(meters.size());
        for (int i = 0; i < meters.size(); i++) {
            if (isFixed(meters.get(i)) == fixed) {
                own.add(states.get(i));
            }
        }
        return own;
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        LimitStore only = only(meters);
        if (only != null) {
            return only.giveBack(identifier, meters, permits, decision);
        }
        LeaseEntry.Key key = new LeaseEntry.Key(identifier, Meters.of(meters));
        return CompletableFuture.allOf(
                        giveBack(rolling, false, identifier, meters, permits, decision),
                        giveBack(calendar, true, identifier, meters, permits, decision))
                .thenRun(() -> forget(key));
    }

    private static CompletableFuture<Void> giveBack(
            LimitStore store,
            boolean fixed,
            Identifier identifier,
            List<Meter> meters,
            int permits,
            Decision decision) {
        return store.giveBack(identifier, ofKind(meters, fixed), permits, ofKind(meters, fixed, decision))
                .toCompletableFuture();
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        LimitStore only = only(meters);
        return only != null
                ? only.charge(identifier, meters, permits)
                : rolling.charge(identifier, ofKind(meters, false), permits)
                        .thenCombine(
                                calendar.charge(identifier, ofKind(meters, true), permits),
                                (first, second) -> merged(meters, first, second));
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        LimitStore only = only(meters);
        return only != null
                ? only.usage(identifier, meters)
                : rolling.usage(identifier, ofKind(meters, false))
                        .thenCombine(
                                calendar.usage(identifier, ofKind(meters, true)),
                                (first, second) -> merged(meters, first, second));
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        return rolling.reset(identifier)
                .thenCompose(done -> calendar.reset(identifier))
                .thenRun(() -> forget(identifier));
    }

    /** Forgets refusals of the identifier, whose counts have been reset on this node or on another. */
    public void forget(Identifier identifier) {
        keys.of(identifier).forEach(this::forget);
    }

    private void forget(LeaseEntry.Key key) {
        refusals.asMap().computeIfPresent(key, (same, refusal) -> {
            keys.remove(key.identifier(), key);
            return null;
        });
    }

    /** Forgets the refusals of all identifiers. */
    public void forgetAll() {
        refusals.asMap().keySet().forEach(this::forget);
    }
}
