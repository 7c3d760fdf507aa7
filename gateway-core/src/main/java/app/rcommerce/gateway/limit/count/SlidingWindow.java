package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;
import java.util.Arrays;

/**
 * The count of a sliding window, kept in equal parts of the window. A part counts until the whole part, and the life of
 * every lease that was granted in it, lies outside the window. So in any span of one window's length no more than the
 * quota is admitted; the price is that a permit counts up to one part and one lease's life too long, 2.5 % of the
 * window. Empty parts take no space, the total is kept, and a call costs no more than the parts that have expired since
 * the last one. The Redis script repeats this arithmetic.
 *
 * <p>Not safe for use by several threads. Times are milliseconds of any clock; where it steps back, all counts become
 * as young as the new time.
 *
 * <p>Measured by {@code LimiterBenchmark}.
 */
final class SlidingWindow implements Count {

    private static final int FIRST_CAPACITY = 2;

    private final long windowMillis;
    /** The numbers of the parts that are not empty, and their counts: a ring, oldest first, from {@link #first} on. */
    private long[] numbers = new long[FIRST_CAPACITY];

    private long[] counts = new long[FIRST_CAPACITY];
    private int first;
    private int size;
    private long total;
    private long newest = Long.MIN_VALUE;

    /** An empty window of the given length in milliseconds. */
    SlidingWindow(long windowMillis) {
        this.windowMillis = windowMillis;
    }

    private long part() {
        return Meter.partMillis(windowMillis);
    }

    private long lease() {
        return Meter.leaseMillis(windowMillis);
    }

    /** How many parts the window spans. */
    private long span() {
        return Math.ceilDiv(windowMillis, part());
    }

    @Override
    public void advance(Meter meter, long now) {
        advance(now);
    }

    /** Drops what has expired at {@code now}; must be called before the methods below. */
    void advance(long now) {
        long part = Math.floorDiv(now, part());
        if (part < newest) {
            rejuvenate(newest - part);
        }
        newest = part;
        long oldestCounted = Math.floorDiv(now - lease(), part()) - span();
        while (size > 0 && numbers[first] < oldestCounted) {
            total -= counts[first];
            first = next(first);
            size--;
        }
    }

    /** Makes all parts younger, after the clock has stepped back. */
    private void rejuvenate(long parts) {
        for (int i = 0; i < size; i++) {
            numbers[at(i)] -= parts;
        }
    }

    /** How many are counted in the window. */
    long total() {
        return total;
    }

    @Override
    public long counted(Meter meter) {
        return total;
    }

    @Override
    public long room(Meter meter) {
        return meter.quota() - total;
    }

    @Override
    public long leaseRoom(Meter meter) {
        return meter.quota() - total;
    }

    @Override
    public void add(Meter meter, long permits, boolean lease) {
        add(permits);
    }

    /** Counts {@code permits} in the current part. */
    void add(long permits) {
        int last = at(size - 1);
        if (size == 0 || numbers[last] != newest) {
            last = append();
        }
        counts[last] += permits;
        total += permits;
    }

    private int append() {
        if (size == numbers.length) {
            grow();
        }
        int last = at(size++);
        numbers[last] = newest;
        counts[last] = 0;
        return last;
    }

    private void grow() {
        long[] oldNumbers = numbers;
        long[] oldCounts = counts;
        numbers = Arrays.copyOf(oldNumbers, size * 2);
        counts = Arrays.copyOf(oldCounts, size * 2);
        for (int i = 0; i < size; i++) {
            int from = (first + i) % size;
            numbers[i] = oldNumbers[from];
            counts[i] = oldCounts[from];
        }
        first = 0;
    }

    @Override
    public void giveBack(Meter meter, long permits, long grantedAt) {
        long part = Math.floorDiv(grantedAt, part());
        for (int i = size - 1; i >= 0 && numbers[at(i)] >= part; i--) {
            int index = at(i);
            if (numbers[index] == part) {
                long given = Math.min(permits, counts[index]);
                counts[index] -= given;
                total -= given;
            }
        }
        if (total == 0) {
            size = 0;
        }
    }

    @Override
    public void absorb(Count younger) {
        SlidingWindow other = (SlidingWindow) younger;
        long now = newest;
        for (int i = 0; i < other.size; i++) {
            // One part may have been counted in on both sides.
            newest = Math.max(other.numbers[other.at(i)], size == 0 ? Long.MIN_VALUE : numbers[at(size - 1)]);
            add(other.counts[other.at(i)]);
        }
        newest = now;
    }

    @Override
    public long millisUntilRoom(Meter meter, long permits, long now) {
        return permits > meter.quota() ? meter.windowMillis() : millisUntilAtMost(meter.quota() - permits, now);
    }

    /**
     * How long until the total has fallen to {@code most} or below if nothing more is counted, in milliseconds from
     * {@code now}; 0 where it already has.
     */
    long millisUntilAtMost(long most, long now) {
        long left = total;
        if (left <= most) {
            return 0;
        }
        for (int i = 0; i < size; i++) {
            int index = at(i);
            left -= counts[index];
            if (left <= most) {
                return Math.max(1, (numbers[index] + span() + 1) * part() + lease() - now);
            }
        }
        throw new IllegalStateException("the parts do not add up to the total");
    }

    @Override
    public long millisUntilMore(Meter meter, long now) {
        return total == 0 ? 0 : millisUntilAtMost(total - 1, now);
    }

    @Override
    public long lifeMillis(long now) {
        return (span() + 1) * part() + lease();
    }

    @Override
    public int bytes() {
        return 96 + 16 * numbers.length;
    }

    private int at(int index) {
        return Math.floorMod(first + index, numbers.length);
    }

    private int next(int index) {
        return index + 1 == numbers.length ? 0 : index + 1;
    }
}
