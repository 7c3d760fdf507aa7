package app.rcommerce.gateway.limit;

import java.util.Arrays;

/**
 * The count of one meter in the recent past, in equal parts of the window. A part counts until it lies outside the
 * window as a whole, so in any span of one window's length no more than the quota is admitted; the price is at most one
 * part, 1 % of the window, of strictness. This is the arithmetic that the Redis script repeats: one part per field, a
 * running total, and a call that costs what has expired since the last one.
 *
 * <p>Not safe for use by several threads; times are milliseconds of any clock, and one that steps back counts as
 * standing still.
 */
public final class SlidingWindow {

    /** Parts to a window. */
    public static final int PARTS = 100;

    private final long partMillis;
    private final int parts;
    /** A ring over the current part and those the window still reaches: counts by part number modulo the size. */
    private final long[] counts;
    private long total;
    private long newest = Long.MIN_VALUE;

    /** An empty window of the given length in milliseconds. */
    public SlidingWindow(long windowMillis) {
        this.partMillis = partMillis(windowMillis);
        this.parts = Math.toIntExact((windowMillis + partMillis - 1) / partMillis);
        this.counts = new long[parts + 1];
    }

    /** The length of a part in milliseconds. */
    public static long partMillis(long windowMillis) {
        return (windowMillis + PARTS - 1) / PARTS;
    }

    /** Drops what has expired at {@code now}; to be called before the questions below. */
    public void advance(long now) {
        long part = Math.floorDiv(now, partMillis);
        if (part <= newest) {
            return;
        }
        if (newest == Long.MIN_VALUE || part - newest > parts) {
            Arrays.fill(counts, 0);
            total = 0;
        } else {
            for (long i = newest + 1; i <= part; i++) {
                int slot = slot(i);
                total -= counts[slot];
                counts[slot] = 0;
            }
        }
        newest = part;
    }

    /** How many are counted in the window. */
    public long total() {
        return total;
    }

    /** Counts {@code permits} in the current part. */
    public void add(long permits) {
        counts[slot(newest)] += permits;
        total += permits;
    }

    /** Takes back up to {@code permits} of those counted in the current part. */
    public void giveBack(long permits) {
        long given = Math.min(permits, counts[slot(newest)]);
        counts[slot(newest)] -= given;
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
        for (long part = newest - parts; part <= newest; part++) {
            left -= counts[slot(part)];
            if (left <= most) {
                return Math.max(1, (part + parts + 1) * partMillis - now);
            }
        }
        throw new IllegalStateException("the parts do not add up to the total");
    }

    /** How long until the oldest counted part expires, in milliseconds from {@code now}; 0 where nothing is counted. */
    public long millisUntilOldestExpires(long now) {
        return total == 0 ? 0 : millisUntilAtMost(total - 1, now);
    }

    private int slot(long part) {
        return (int) Math.floorMod(part, (long) counts.length);
    }
}
