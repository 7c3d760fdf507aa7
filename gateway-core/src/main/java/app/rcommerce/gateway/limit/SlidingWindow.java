package app.rcommerce.gateway.limit;

import java.util.Arrays;

/**
 * The count of one meter in the recent past, in equal parts of the window. A part counts until it lies outside the
 * window as a whole, so in any span of one window's length no more than the quota is admitted; the price is at most one
 * part, 1 % of the window, of strictness. This is the arithmetic that the Redis script repeats: parts that hold nothing
 * take no space, a running total, and a call that costs what has expired since the last one.
 *
 * <p>Not safe for use by several threads; times are milliseconds of any clock, and one that steps back counts as
 * standing still.
 */
public final class SlidingWindow {

    /** Parts to a window. */
    public static final int PARTS = 100;

    private static final int FIRST_CAPACITY = 2;

    private final long windowMillis;
    /** Numbers of the parts that hold something, and their counts: a ring, oldest first, from {@link #first} on. */
    private long[] numbers = new long[FIRST_CAPACITY];

    private long[] counts = new long[FIRST_CAPACITY];
    private int first;
    private int size;
    private long total;
    private long newest = Long.MIN_VALUE;

    /** An empty window of the given length in milliseconds. */
    public SlidingWindow(long windowMillis) {
        this.windowMillis = windowMillis;
    }

    /** The length of a part in milliseconds. */
    public static long partMillis(long windowMillis) {
        return (windowMillis + PARTS - 1) / PARTS;
    }

    private long part() {
        return partMillis(windowMillis);
    }

    /** How many parts the window spans. */
    private long span() {
        return (windowMillis + part() - 1) / part();
    }

    /** Drops what has expired at {@code now}; to be called before the questions below. */
    public void advance(long now) {
        long part = Math.floorDiv(now, part());
        if (part <= newest) {
            return;
        }
        newest = part;
        long oldestCounted = part - span();
        while (size > 0 && numbers[first] < oldestCounted) {
            total -= counts[first];
            first = next(first);
            size--;
        }
    }

    /** How many are counted in the window. */
    public long total() {
        return total;
    }

    /** Counts {@code permits} in the current part. */
    public void add(long permits) {
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

    /** Takes back up to {@code permits} of those counted in the current part. */
    public void giveBack(long permits) {
        int last = at(size - 1);
        if (size == 0 || numbers[last] != newest) {
            return;
        }
        long given = Math.min(permits, counts[last]);
        counts[last] -= given;
        total -= given;
    }

    /**
     * How long until the total has fallen to {@code most} or below, were nothing more counted; 0 where it already has.
     * In milliseconds from {@code now}.
     */
    public long millisUntilAtMost(long most, long now) {
        long left = total;
        if (left <= most) {
            return 0;
        }
        for (int i = 0; i < size; i++) {
            int index = at(i);
            left -= counts[index];
            if (left <= most) {
                return Math.max(1, (numbers[index] + span() + 1) * part() - now);
            }
        }
        throw new IllegalStateException("the parts do not add up to the total");
    }

    /** How long until the oldest counted part expires, in milliseconds from {@code now}; 0 where nothing is counted. */
    public long millisUntilOldestExpires(long now) {
        return total == 0 ? 0 : millisUntilAtMost(total - 1, now);
    }

    /** About how much memory the window takes, in bytes. */
    int bytes() {
        return 96 + 16 * numbers.length;
    }

    private int at(int index) {
        return Math.floorMod(first + index, numbers.length);
    }

    private int next(int index) {
        return index + 1 == numbers.length ? 0 : index + 1;
    }
}
