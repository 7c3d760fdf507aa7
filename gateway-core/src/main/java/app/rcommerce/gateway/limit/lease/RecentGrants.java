package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.Meter;
import java.util.concurrent.TimeUnit;

/**
 * How many permits of one meter a node has been granted and has not given back within the last window, in eighths of
 * the window: never too few, and too many by what was granted in the eighth before. Not safe for use by several
 * threads; times are nanoseconds of a monotonic clock.
 */
final class RecentGrants {

    private static final int PARTS = 8;

    private final long partNanos;
    private final int[] parts = new int[PARTS + 1];
    private long newest;

    RecentGrants(Meter meter, long now) {
        this.partNanos = Math.max(1, TimeUnit.MILLISECONDS.toNanos(meter.windowMillis()) / PARTS);
        this.newest = Math.floorDiv(now, partNanos);
    }

    void granted(long permits, long now) {
        int part = at(now);
        parts[part] = (int) Math.min(Integer.MAX_VALUE, parts[part] + permits);
    }

    /** Takes off what goes back, from the newest grants first. */
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

    /** The part that is counted in now; those that have left the window are emptied. */
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
