package app.rcommerce.gateway.limit.slot;

import app.rcommerce.gateway.limit.slot.SlotLedger.Claim;
import app.rcommerce.gateway.store.Slot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The places that one node holds for one identifier, who uses them and who waits for one. At most one question is under
 * way at a time, so that what the ledger knows is never older than what it was last told. Under its own lock; times are
 * nanoseconds of a monotonic clock.
 */
final class HeldSlots {

    /** What becomes of a request that wants a place. */
    enum Entry {
        IN,
        FULL,
        WAITS
    }

    private record Waiter(CompletableFuture<@Nullable Slot> answer, int most) {}

    private final Deque<Waiter> waiting = new ArrayDeque<>(0);
    private int used;
    private int held;
    private int most;
    /** The most that were used at once since the last sweep, and between the two before. */
    private int peak;

    private int lastPeak;
    /** How many came since the last sweep. */
    private int entered;

    private boolean inDemand;
    private boolean asking;
    /** How many of those who wait the question under way is about. */
    private int askedFor;
    /** Whether the ledger may know another number than we do. */
    private boolean uncertain;

    private long askedNanos;
    private long untilNanos;
    private boolean dropped;

    Entry enter(int bound, CompletableFuture<@Nullable Slot> answer, long now) {
        most = bound;
        entered++;
        if (used >= bound) {
            return Entry.FULL;
        }
        if (waiting.isEmpty() && used < held && untilNanos - now > 0) {
            use();
            return Entry.IN;
        }
        waiting.add(new Waiter(answer, bound));
        return Entry.WAITS;
    }

    private void use() {
        used++;
        peak = Math.max(peak, used);
    }

    void leave() {
        used--;
    }

    /** What to ask the ledger for now; null while a question is under way. */
    @Nullable
    Claim claim(LongSupplier numbers, long now) {
        if (asking) {
            return null;
        }
        asking = true;
        askedFor = waiting.size();
        askedNanos = now;
        int wanted = Math.min(Math.max(most, used), Math.max(target(), used + askedFor));
        // Places that go back must not be used while the question is under way.
        held = Math.min(held, wanted);
        return new Claim(wanted, used, most, numbers.getAsLong());
    }

    /** How many are worth holding without anybody waiting. */
    private int target() {
        return inDemand ? Math.max(used, Math.max(peak, lastPeak)) : used;
    }

    /** Takes the ledger's answer; those who waited for it are served as far as it reaches, else refused. */
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

    /** There was no answer: nobody knows whether the ledger has been told. */
    void failed(List<CompletableFuture<@Nullable Slot>> refused) {
        asking = false;
        uncertain = true;
        waiting.forEach(waiter -> refused.add(waiter.answer()));
        waiting.clear();
    }

    boolean isWaitedFor() {
        return !waiting.isEmpty();
    }

    /** Whether places are held that are not worth it. */
    boolean isReleaseDue() {
        return held > target();
    }

    /** Whether the ledger must be told again what is held: it may not know, or forget. */
    boolean isToldBefore(long nanos) {
        return uncertain || ((held > 0 || used > 0) && askedNanos - nanos < 0);
    }

    /** Ends one span of observation; {@code many} requests in it make an identifier that is in demand. */
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
