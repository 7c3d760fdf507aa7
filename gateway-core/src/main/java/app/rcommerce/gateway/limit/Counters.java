package app.rcommerce.gateway.limit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All windows of one identifier: the decision over several meters, all or nothing. The Redis script takes the same
 * decision on the same numbers. Not safe for use by several threads.
 */
public final class Counters {

    /** Fields and their windows: few, so that looking through them beats a map in time and in space. */
    private String[] fields = {};

    private SlidingWindow[] windows = {};
    private long longestMillis;

    /** Takes permits on every meter, or on none; see {@code LimitStore.take}. */
    public Taken take(List<Meter> meters, long permits, long now) {
        return decide(meters, permits, true, now);
    }

    /** What {@link #take} of one permit would answer, without counting. */
    public Taken usage(List<Meter> meters, long now) {
        return decide(meters, 1, false, now);
    }

    /** After how many milliseconds without use nothing is counted any more. */
    public long lifeMillis() {
        return longestMillis + SlidingWindow.partMillis(longestMillis);
    }

    private Taken decide(List<Meter> meters, long permits, boolean count, long now) {
        long retryAfter = 0;
        for (Meter meter : meters) {
            SlidingWindow window = window(meter);
            window.advance(now);
            if (meter.enforced() && window.total() + permits > meter.quota()) {
                retryAfter = Math.max(retryAfter, untilRoom(window, meter, permits, now));
            }
        }
        boolean granted = retryAfter == 0;
        List<Taken.State> states = new ArrayList<>(meters.size());
        for (Meter meter : meters) {
            SlidingWindow window = window(meter);
            boolean over = window.total() + permits > meter.quota();
            if (granted && count && !over) {
                window.add(permits);
            }
            long reset = over ? untilRoom(window, meter, permits, now) : window.millisUntilOldestExpires(now);
            states.add(new Taken.State(Math.max(0, meter.quota() - window.total()), reset, over));
        }
        return new Taken(granted, retryAfter, states);
    }

    private static long untilRoom(SlidingWindow window, Meter meter, long permits, long now) {
        return permits > meter.quota()
                ? meter.windowMillis()
                : window.millisUntilAtMost(meter.quota() - permits, now);
    }

    /** About how much memory the counters take, in bytes. */
    public int bytes() {
        int bytes = 64 + 8 * fields.length;
        for (SlidingWindow window : windows) {
            bytes += window.bytes();
        }
        return bytes;
    }

    private SlidingWindow window(Meter meter) {
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].equals(meter.field())) {
                return windows[i];
            }
        }
        SlidingWindow window = new SlidingWindow(meter.windowMillis());
        longestMillis = Math.max(longestMillis, meter.windowMillis());
        fields = Arrays.copyOf(fields, fields.length + 1);
        windows = Arrays.copyOf(windows, fields.length);
        fields[fields.length - 1] = meter.field();
        windows[windows.length - 1] = window;
        return window;
    }
}
