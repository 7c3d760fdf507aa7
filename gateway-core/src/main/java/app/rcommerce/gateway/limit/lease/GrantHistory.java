package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store's last decision about a lease, which is kept even when it is no longer in force, and the recent grants of
 * each meter: what a node knows when the store does not answer. Not safe for use by several threads; times are
 * nanoseconds of a monotonic clock.
 */
final class GrantHistory {

    private final Meters meters;
    /**
     * By meter, in the order of the meters; empty while all grants are of the part of a window that {@link #latest}
     * counts, so that a caller who comes but once takes no memory for them.
     */
    private RecentGrants[] recent = {};

    /** Whether there was a grant. */
    private boolean begun;
    /** Permits that were granted before {@link #untilNanos} and are not in {@code recent} yet. */
    private long latest;
    /** The end of the part of a window that ends first of those that the latest grants belong to. */
    private long untilNanos;

    private @Nullable Decision told;
    private long toldNanos;

    GrantHistory(Meters meters) {
        this.meters = meters;
    }

    /** Records a decision of the store. */
    void told(Decision decision, long now) {
        told = decision;
        toldNanos = now;
    }

    /** When the store's last decision arrived. */
    long toldNanos() {
        return toldNanos;
    }

    /** Counts permits that this node has been granted. */
    void granted(long permits, long now) {
        if (!begun || now - untilNanos >= 0) {
            begin(now);
        }
        latest += permits;
    }

    /** Begins a part of a window: what is granted in it is added up here, in the object that each grant writes to. */
    private void begin(long now) {
        settle();
        long first = Long.MAX_VALUE;
        for (int i = 0; i < meters.size(); i++) {
            first = Math.min(first, RecentGrants.partEnd(meters.get(i), now));
        }
        untilNanos = first;
        begun = true;
    }

    private void settle() {
        if (latest == 0) {
            return;
        }
        long then = untilNanos - 1;
        if (recent.length == 0) {
            recent = new RecentGrants[meters.size()];
            for (int i = 0; i < recent.length; i++) {
                recent[i] = new RecentGrants(meters.get(i), then);
            }
        }
        for (RecentGrants one : recent) {
            one.granted(latest, then);
        }
        latest = 0;
    }

    /** Takes off permits that go back. */
    void returned(long permits, long now) {
        settle();
        for (RecentGrants one : recent) {
            one.returned(permits, now);
        }
    }

    /** Forgets everything, since the counts have been reset. */
    void reset() {
        told = null;
        latest = 0;
        begun = false;
        recent = new RecentGrants[0];
    }

    /** The store's last decision about each meter to a node that holds so many permits; empty where there is none. */
    List<Known> known(long held, long now) {
        if (told == null) {
            return List.of();
        }
        settle();
        List<Decision.State> states = told.states();
        List<Known> known = new ArrayList<>(states.size());
        for (int i = 0; i < states.size(); i++) {
            long granted = held + (i < recent.length ? recent[i].sum(now) : 0);
            known.add(Known.of(states.get(i), toldNanos, granted, held));
        }
        return known;
    }
}
