package app.rcommerce.gateway.server.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue for many producers and one consumer. Neither side ever waits for the other: a producer is told that
 * the queue is full, the consumer that it is empty.
 *
 * <p>Earned by {@code RingBenchmark}.
 */
final class Ring<E> {

    private final AtomicReferenceArray<@Nullable E> slots;
    private final int mask;
    /** The next slot to be claimed by a producer. */
    private final AtomicLong tail = new AtomicLong();
    /** The next slot to be read; written by the consumer alone, once the slot is empty again. */
    private final AtomicLong head = new AtomicLong();

    /** With room for at least so many elements. */
    Ring(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        this.slots = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
    }

    /** Adds the element; false where there is no room. */
    boolean offer(E element) {
        long claimed;
        do {
            claimed = tail.get();
            if (claimed - head.get() > mask) {
                return false;
            }
        } while (!tail.compareAndSet(claimed, claimed + 1));
        slots.setRelease((int) claimed & mask, element);
        return true;
    }

    /**
     * The oldest element; null where there is none, or where its producer has claimed its slot but not filled it yet.
     */
    @Nullable
    E poll() {
        long at = head.get();
        int index = (int) at & mask;
        E element = slots.getAcquire(index);
        if (element != null) {
            slots.setPlain(index, null);
            head.setRelease(at + 1);
        }
        return element;
    }

    /** Whether no producer has claimed a slot that was not read yet. */
    boolean isEmpty() {
        return tail.get() == head.get();
    }
}
