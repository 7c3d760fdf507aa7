package app.rcommerce.gateway.limit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All windows of one identifier: the decision over several meters, all or nothing. The Redis script takes the same
 * decision on the same numbers. Not safe for use by several threads.
 */
public final class Counters {

    private final Map<String, SlidingWindow> windows = new HashMap<>(4);
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

    private SlidingWindow window(Meter meter) {
        return windows.computeIfAbsent(meter.field(), field -> {
            longestMillis = Math.max(longestMillis, meter.windowMillis());
            return new SlidingWindow(meter.windowMillis());
        });
    }
}
