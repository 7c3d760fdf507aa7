package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.Meter;
import java.util.concurrent.TimeUnit;

/**
 * The number of permits of one meter that a node was granted within the last window and has not given back, counted in
 * eighths of the window. The number is never too low; it may include what was granted in the eighth of a window before.
 * Not safe for use by several threads; times are nanoseconds of a monotonic clock.
 */
final class RecentGrants {

    private static final int PARTS = 8;

    private final long partNanos;
    private final int[] parts = new int[PARTS + 1];
    private long newest;

    RecentGrants(Meter meter, long now) {
        this.partNanos = partNanos(meter);
        this.newest = Math.floorDiv(now, partNanos);
    }

    private static long partNanos(Meter meter) {
        return Math.max(1, TimeUnit.MILLISECONDS.toNanos(meter.windowMillis()) / PARTS);
    }

    /** The end of the part of the meter's window that a time is in, from which the next one counts. */
    static long partEnd(Meter meter, long now) {
        long partNanos = partNanos(meter);
        return (Math.floorDiv(now, partNanos) + 1) * partNanos;
    }

    void granted(long permits, long now) {
        int part = at(now);
        parts[part] = (int) Math.min(Integer.MAX_VALUE, parts[part] + permits);
    }

    /** Subtracts permits that go back, from the newest grants first. */
    void returned(long permits, long now) {
        at(now);
        long left = permits;
        for (long part = newest; left > 0 && part > newest - parts.length; part--) {
            int index = index(part);
            int some = (int) Math.min(left, parts[index]);
            parts[index] -= some;
            left -= some;
        }
    }

    long sum(long now) {
        at(now);
        long sum = 0;
        for (int part : parts) {
            sum += part;
        }
        return sum;
    }

    /** The index of the part for the present time. Parts that have left the window are emptied. */
    private int at(long now) {
        long part = Math.floorDiv(now, partNanos);
        for (long over = Math.max(newest + 1, part - PARTS); over <= part; over++) {
            parts[index(over)] = 0;
        }
        newest = Math.max(newest, part);
        return index(newest);
    }

    private int index(long part) {
        return Math.floorMod(part, parts.length);
    }
}
