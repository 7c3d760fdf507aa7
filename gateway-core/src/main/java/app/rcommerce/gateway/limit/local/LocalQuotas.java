package app.rcommerce.gateway.limit.local;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.local.LocalQuota.Debt;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The local limiters of all identifiers while the shared store does not answer (see {@link LocalQuota}). They tell the
 * store what was admitted without it, before the next request to the store about the identifier and as soon as the
 * store is back. Bounded by memory; what an evicted identifier has admitted is not told. Safe for any thread.
 */
public final class LocalQuotas {

    /** How often {@link #tellAll} should be called, in milliseconds. */
    public static final int TELL_MILLIS = 50;

    /** How long a hold lasts, in nanoseconds: nodes may find that the store is back at times that differ by so much. */
    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int ENTRY_BYTES = 320;
    /** The most identifiers of which the store is told at a time. */
    private static final int MOST_AT_ONCE = 256;

    private final Clock clock;
    private final long epochMillis;
    private final Cache<Identifier, LocalQuota> quotas;
    private final Set<Identifier> inDebt = ConcurrentHashMap.newKeySet();
    /** Whether there may be a hold on any identifier; {@link #lastHeldNanos} is the time at which the last one ends. */
    private volatile boolean holding;

    private volatile long lastHeldNanos;

    /** Limiters that take about {@code mostBytes} of memory at most. */
    public LocalQuotas(Clock clock, long mostBytes) {
        this.clock = clock;
        this.epochMillis = clock.millis() - TimeUnit.NANOSECONDS.toMillis(clock.nanos());
        this.quotas = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher((Identifier identifier, LocalQuota own) -> ENTRY_BYTES + own.bytes())
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .expireAfter(Expiry.<Identifier, LocalQuota>accessing(
                        (identifier, own) -> Duration.ofMillis(own.lifeMillis())))
                .removalListener((@Nullable Identifier identifier, @Nullable LocalQuota own, RemovalCause cause) -> {
                    if (identifier != null && cause.wasEvicted()) {
                        inDebt.remove(identifier);
                    }
                })
                .build();
    }

    /** Takes permits on every meter, or on none. */
    public Decision take(Identifier identifier, LocalRequest request) {
        Decision[] decision = new Decision[1];
        quotas.asMap().compute(identifier, (same, existing) -> {
            LocalQuota own = existing == null ? new LocalQuota(epochMillis) : existing;
            decision[0] = own.take(request, clock.nanos());
            note(identifier, own);
            return own;
        });
        return decision[0];
    }

    private void note(Identifier identifier, LocalQuota own) {
        if (own.isInDebt()) {
            inDebt.add(identifier);
        }
    }

    /** Gives back permits that were taken for a request that another policy has refused, or that has cost less. */
    public void giveBack(Identifier identifier, LocalRequest request, long permits, Decision decision) {
        quotas.asMap().computeIfPresent(identifier, (same, own) -> {
            own.giveBack(request, permits, decision, clock.nanos());
            return own;
        });
    }

    /** Counts what has been used beyond what was taken. */
    public void charge(Identifier identifier, LocalRequest request, long permits) {
        quotas.asMap().compute(identifier, (same, existing) -> {
            LocalQuota own = existing == null ? new LocalQuota(epochMillis) : existing;
            own.charge(request, permits, clock.nanos());
            note(identifier, own);
            return own;
        });
    }

    /** Forgets all counts of the identifier. */
    public void forget(Identifier identifier) {
        quotas.invalidate(identifier);
        inDebt.remove(identifier);
    }

    /** Tells the store what was admitted while its answer was late. Nobody waits for the answer. */
    public void tell(Identifier identifier, LimitStore store) {
        if (inDebt.contains(identifier)) {
            var ignored = settle(identifier, store, false);
        }
    }

    /**
     * Whether the store is not to be asked about the identifier yet, so that this node continues to decide by itself:
     * the store is being told what was admitted while it was away, by this node and perhaps by others.
     */
    public boolean holds(Identifier identifier, LimitStore store) {
        if (!inDebt.isEmpty() && inDebt.contains(identifier)) {
            var ignored = settle(identifier, store, true);
        }
        long now = clock.nanos();
        if (!holding) {
            return false;
        }
        if (lastHeldNanos - now <= 0) {
            holding = false;
            return false;
        }
        boolean[] held = new boolean[1];
        quotas.asMap().computeIfPresent(identifier, (same, own) -> {
            held[0] = own.isHeld(now);
            return own;
        });
        return held[0];
    }

    /**
     * Tells the store what it does not know: about one identifier first, and where that succeeds about others. To be
     * called every {@link #TELL_MILLIS} by one thread at a time.
     */
    public void tellAll(LimitStore store) {
        Iterator<Identifier> some = inDebt.iterator();
        if (!some.hasNext()) {
            return;
        }
        settle(some.next(), store, true).thenAccept(told -> {
            Iterator<Identifier> more = inDebt.iterator();
            for (int i = 0; told && i < MOST_AT_ONCE && more.hasNext(); i++) {
                var ignored = settle(more.next(), store, true);
            }
        });
    }

    /** Completes, never exceptionally, with whether the store has been told, or may have been. */
    private CompletableFuture<Boolean> settle(Identifier identifier, LimitStore store, boolean hold) {
        List<Debt> debts = new ArrayList<>(1);
        long now = clock.nanos();
        inDebt.remove(identifier);
        quotas.asMap().computeIfPresent(identifier, (same, own) -> {
            debts.addAll(own.settle(now));
            if (hold && own.hold(now + HOLD_NANOS)) {
                lastHeldNanos = now + HOLD_NANOS;
                holding = true;
            }
            return own;
        });
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        for (Debt debt : debts) {
            all = all.thenCombine(tell(identifier, debt, store), Boolean::logicalAnd);
        }
        return all;
    }

    private CompletableFuture<Boolean> tell(Identifier identifier, Debt debt, LimitStore store) {
        CompletionStage<Decision> charged;
        try {
            charged = store.charge(identifier, debt.meters(), (int) Math.min(Integer.MAX_VALUE, debt.permits()));
        } catch (RuntimeException e) {
            charged = CompletableFuture.failedFuture(e);
        }
        return charged.handle((left, failure) -> {
                    boolean told = failure == null || isLate(failure);
                    if (left != null) {
                        settled(identifier, debt, left);
                    } else if (!told) {
                        takeBack(identifier, debt);
                    }
                    return told;
                })
                .toCompletableFuture();
    }

    /**
     * Whether the store was asked and has not answered in time. It counts the request when it arrives, so that the debt
     * must not be told again.
     */
    private static boolean isLate(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof StoreUnavailable unavailable && unavailable.isLate();
    }

    private void settled(Identifier identifier, Debt debt, Decision left) {
        quotas.asMap().computeIfPresent(identifier, (same, own) -> {
            own.settled(debt, left, clock.nanos());
            return own;
        });
    }

    private void takeBack(Identifier identifier, Debt debt) {
        quotas.asMap().computeIfPresent(identifier, (same, own) -> {
            own.unsettle(debt, clock.nanos());
            note(identifier, own);
            return own;
        });
    }
}
