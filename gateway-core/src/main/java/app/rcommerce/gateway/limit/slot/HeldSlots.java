package app.rcommerce.gateway.limit.slot;

import app.rcommerce.gateway.limit.slot.SlotLedger.SlotClaim;
import app.rcommerce.gateway.store.Slot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The slots that one node holds for one identifier, how many of them are used, and the requests that wait for one. At
 * most one claim is under way at a time, so that claims reach the ledger in order. Guarded by its own lock; times are
 * nanoseconds of a monotonic clock.
 */
final class HeldSlots {

    /** The outcome for a request that asks for a slot. */
    enum Outcome {
        IN,
        FULL,
        WAITS
    }

    private record Waiter(CompletableFuture<@Nullable Slot> answer, int most) {}

    private final Deque<Waiter> waiting = new ArrayDeque<>(0);
    private int used;
    private int held;
    private int most;
    /**
     * The most slots that were used at once since the last sweep; {@link #lastPeak} has the same between the two sweeps
     * before.
     */
    private int peak;

    private int lastPeak;
    /** How many requests have come since the last sweep. */
    private int entered;

    private boolean inDemand;
    private boolean asking;
    /** How many of the waiting requests the claim under way is for. */
    private int askedFor;
    /** Whether the ledger may have another number of slots for this node than the node has. */
    private boolean uncertain;

    private long askedNanos;
    private long untilNanos;
    private boolean dropped;

    Outcome enter(int bound, CompletableFuture<@Nullable Slot> answer, long now) {
        most = bound;
        entered++;
        if (used >= bound) {
            return Outcome.FULL;
        }
        if (waiting.isEmpty() && used < held && untilNanos - now > 0) {
            use();
            return Outcome.IN;
        }
        waiting.add(new Waiter(answer, bound));
        return Outcome.WAITS;
    }

    private void use() {
        used++;
        peak = Math.max(peak, used);
    }

    void leave() {
        used--;
    }

    /** The next claim to the ledger; null while one is under way. */
    @Nullable
    SlotClaim claim(LongSupplier numbers, long now) {
        if (asking) {
            return null;
        }
        asking = true;
        askedFor = waiting.size();
        askedNanos = now;
        int wanted = Math.min(Math.max(most, used), Math.max(target(), used + askedFor));
        // Slots that go back must not be used while the question is under way.
        held = Math.min(held, wanted);
        return new SlotClaim(wanted, used, most, numbers.getAsLong());
    }

    /** How many slots to hold where no request waits. */
    private int target() {
        return inDemand ? Math.max(used, Math.max(peak, lastPeak)) : used;
    }

    /**
     * Records the ledger's answer. The requests that waited for it are served as far as there are slots; the others are
     * refused.
     */
    void answered(
            int granted,
            long until,
            List<CompletableFuture<@Nullable Slot>> served,
            List<CompletableFuture<@Nullable Slot>> refused) {
        asking = false;
        uncertain = false;
        held = granted;
        untilNanos = until;
        while (!waiting.isEmpty() && used < Math.min(held, waiting.getFirst().most())) {
            use();
            served.add(waiting.removeFirst().answer());
        }
        for (int i = served.size(); i < askedFor; i++) {
            refused.add(waiting.removeFirst().answer());
        }
    }

    /** Records that there was no answer, so that it is unknown whether the ledger has the claim. */
    void failed(List<CompletableFuture<@Nullable Slot>> refused) {
        asking = false;
        uncertain = true;
        waiting.forEach(waiter -> refused.add(waiter.answer()));
        waiting.clear();
    }

    boolean isWaitedFor() {
        return !waiting.isEmpty();
    }

    /** Whether more slots are held than are needed. */
    boolean isReleaseDue() {
        return held > target();
    }

    /** Whether the ledger must be told again how many slots are held, since it may not know, or may soon forget. */
    boolean isToldBefore(long nanos) {
        return uncertain || ((held > 0 || used > 0) && askedNanos - nanos < 0);
    }

    /** Ends one span of observation. An identifier with {@code many} requests in it is in demand. */
    void settle(int many) {
        inDemand = entered >= many;
        lastPeak = peak;
        peak = used;
        entered = 0;
    }

    boolean isEmpty() {
        return used == 0 && held == 0 && !inDemand && !asking && !uncertain && waiting.isEmpty();
    }

    void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }
}
