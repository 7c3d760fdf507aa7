package app.rcommerce.gateway.limit.slot;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.slot.SlotLedger.SlotClaim;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.Slot;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A concurrency store that bounds requests in flight over all nodes with slots that this node holds in a shared ledger.
 * A request takes a slot that is held and free, or else the ledger is asked; requests of one identifier that find no
 * free slot share one claim. A slot that becomes free goes back at once, except for an identifier in demand, for which
 * the node keeps as many slots as it has lately used, so that not every request needs the ledger. All nodes together
 * never hold more slots than the bound, and no node uses more than it holds. Bounded: an entry for each identifier with
 * requests in flight. Safe for any thread; stages complete on the ledger's threads.
 */
public final class LeasingConcurrencyStore implements ConcurrencyStore {

    /** How often {@link #sweep} should be called, in milliseconds. */
    public static final int SWEEP_MILLIS = 100;

    /** The number of requests between two sweeps from which on an identifier is in demand. */
    private static final int MANY = 20;

    private record Key(Identifier identifier, String bucket) {

        // By hand, since the JVM hardly inlines what it makes for records, and each request compares some.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key same && identifier.equals(same.identifier) && bucket.equals(same.bucket);
        }

        @Override
        public int hashCode() {
            return 31 * identifier.hashCode() + bucket.hashCode();
        }
    }

    private record PendingClaim(Key key, SlotClaim claim) {}

    private final SlotLedger ledger;
    private final Clock clock;
    private final long lifeNanos;
    /**
     * The number of the last claim. Claims are numbered because one whose answer was late may still reach the ledger
     * after a later one.
     */
    private final AtomicLong claims = new AtomicLong();

    private final ConcurrentMap<Key, HeldSlots> entries = new ConcurrentHashMap<>();

    /** A store of this node over the ledger that it writes. */
    public LeasingConcurrencyStore(SlotLedger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
        this.lifeNanos = TimeUnit.MILLISECONDS.toNanos(ledger.lifeMillis());
    }

    @Override
    public CompletionStage<@Nullable Slot> enter(Identifier identifier, String bucket, int most) {
        Key key = new Key(identifier, bucket);
        CompletableFuture<@Nullable Slot> answer = new CompletableFuture<>();
        PendingClaim pending = null;
        HeldSlots.Outcome outcome = HeldSlots.Outcome.WAITS;
        while (true) {
            HeldSlots slots = entries.computeIfAbsent(key, same -> new HeldSlots());
            synchronized (slots) {
                if (slots.isDropped()) {
                    continue;
                }
                outcome = slots.enter(most, answer, clock.nanos());
                if (outcome == HeldSlots.Outcome.WAITS) {
                    pending = pendingClaim(key, slots);
                }
            }
            break;
        }
        switch (outcome) {
            case IN -> answer.complete(slot(key));
            case FULL -> answer.complete(null);
            case WAITS -> {
                if (pending != null) {
                    ask(pending);
                }
            }
        }
        return answer;
    }

    private @Nullable PendingClaim pendingClaim(Key key, HeldSlots slots) {
        SlotClaim claim = slots.claim(claims::incrementAndGet, clock.nanos());
        return claim == null ? null : new PendingClaim(key, claim);
    }

    private Slot slot(Key key) {
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                leave(key);
            }
        };
    }

    private void leave(Key key) {
        HeldSlots slots = entries.get(key);
        if (slots == null) {
            return;
        }
        PendingClaim pending;
        synchronized (slots) {
            slots.leave();
            pending = slots.isReleaseDue() ? pendingClaim(key, slots) : null;
        }
        if (pending != null) {
            ask(pending);
        }
    }

    private void ask(PendingClaim pending) {
        long sentNanos = clock.nanos();
        CompletionStage<Integer> asked;
        try {
            asked = ledger.hold(pending.key().identifier(), pending.key().bucket(), pending.claim());
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        asked.whenComplete(
                (granted, failure) -> answered(pending.key(), failure == null ? granted : null, failure, sentNanos));
    }

    private void answered(Key key, @Nullable Integer granted, @Nullable Throwable failure, long sentNanos) {
        HeldSlots slots = entries.get(key);
        if (slots == null) {
            return;
        }
        List<CompletableFuture<@Nullable Slot>> served = new ArrayList<>();
        List<CompletableFuture<@Nullable Slot>> refused = new ArrayList<>();
        PendingClaim next;
        synchronized (slots) {
            if (granted == null) {
                slots.failed(refused);
            } else {
                slots.answered(granted, sentNanos + lifeNanos * 4 / 5, served, refused);
            }
            next = slots.isWaitedFor() || (failure == null && slots.isReleaseDue()) ? pendingClaim(key, slots) : null;
        }
        if (next != null) {
            ask(next);
        }
        for (CompletableFuture<@Nullable Slot> one : served) {
            Slot slot = slot(key);
            if (!one.complete(slot)) {
                slot.leave();
            }
        }
        for (CompletableFuture<@Nullable Slot> one : refused) {
            if (failure == null) {
                one.complete(null);
            } else {
                one.completeExceptionally(failure);
            }
        }
    }

    /**
     * Gives back slots that are no longer needed and renews the others; to be called every {@link #SWEEP_MILLIS} by one
     * thread at a time.
     */
    public void sweep() {
        long renewBefore = clock.nanos() - lifeNanos * 3 / 10;
        entries.forEach((key, slots) -> {
            PendingClaim pending;
            synchronized (slots) {
                slots.settle(MANY);
                if (slots.isEmpty()) {
                    slots.drop();
                    entries.remove(key, slots);
                    return;
                }
                pending = slots.isReleaseDue() || slots.isToldBefore(renewBefore) ? pendingClaim(key, slots) : null;
            }
            if (pending != null) {
                ask(pending);
            }
        });
    }

    /** Gives back all slots that are held; to be called before the node stops. */
    public void close() {
        entries.forEach((key, slots) -> ledger.hold(
                        key.identifier(), key.bucket(), new SlotClaim(0, 0, 1, claims.incrementAndGet()))
                .exceptionally(failure -> 0));
    }

    @Override
    public CompletionStage<Integer> inFlight(Identifier identifier, String bucket) {
        return ledger.held(identifier, bucket);
    }
}
