package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.limit.lease.Lease;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The entries of which the store is to be told soon, by the time at which they are due, in ticks of 5 ms: a timing
 * wheel (Varghese and Lauck, 1987) of one and a quarter seconds. Those who add an entry hold its lock; one thread at a
 * time takes what is due.
 */
final class DueEntries {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(Lease.TELL_MILLIS);
    private static final int SLOTS = 256;

    private final Queue<LeaseEntry>[] slots = slots();
    /** The last tick that was taken. */
    private volatile long taken;

    DueEntries(long now) {
        this.taken = tick(now);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static Queue<LeaseEntry>[] slots() {
        return IntStream.range(0, SLOTS)
                .mapToObj(i -> (Queue) new ConcurrentLinkedQueue<LeaseEntry>())
                .toArray(Queue[]::new);
    }

    private static long tick(long nanos) {
        return Math.floorDiv(nanos, TICK_NANOS);
    }

    private Queue<LeaseEntry> slot(long tick) {
        return slots[Math.floorMod(tick, SLOTS)];
    }

    /** Whether the entry is due, and not only in the place of an earlier time: to be asked under its lock. */
    boolean isDue(LeaseEntry entry) {
        return entry.dueTick <= taken;
    }

    /** Adds an entry unless it comes sooner already; what is due later than the wheel reaches comes at its end. */
    void add(LeaseEntry entry, long dueNanos) {
        long first = taken + 1;
        long tick = Math.clamp(Math.ceilDiv(dueNanos, TICK_NANOS), first, first + SLOTS - 2);
        if (entry.dueTick >= first && entry.dueTick <= tick) {
            return;
        }
        entry.dueTick = tick;
        slot(tick).add(entry);
    }

    /** Takes what is due by now, each entry once. */
    void take(long now, Consumer<LeaseEntry> each) {
        long last = tick(now);
        long from = Math.max(taken + 1, last - SLOTS + 1);
        for (long tick = from; tick <= last; tick++) {
            taken = tick;
            Queue<LeaseEntry> slot = slot(tick);
            for (int i = slot.size(); i > 0; i--) {
                LeaseEntry entry = slot.poll();
                if (entry != null) {
                    each.accept(entry);
                }
            }
        }
    }
}
