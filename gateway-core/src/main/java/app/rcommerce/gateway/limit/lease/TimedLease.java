package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lease whose permits count as used when they are granted, and may be used for a short time: of windows of the
 * calendar, which are plain numbers in the store.
 *
 * <p>The size of a lease follows the demand: the permits that the next 50 ms need, but at most twice the last size. A
 * grant may be used until one lease's life after its request was <em>sent</em>. The count in the store allows for that
 * life, so it is never behind the use.
 */
final class TimedLease implements Lease {

    private static final long HORIZON_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The default deadline of a request to the store, plus the time by which an event loop may be late. */
    private static final long DEADLINE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A grant of which this node holds permits. */
    private static final class HeldGrant {
        private final Grant grant;
        private final long untilNanos;
        private long left;
        /** The result of the last {@link #taken}, which is returned again for the same number of permits. */
        private List<Unused> taken = List.of();

        HeldGrant(Grant grant, long untilNanos) {
            this.grant = grant;
            this.untilNanos = untilNanos;
            this.left = grant.permits();
        }

        boolean isOver(long now) {
            return now - untilNanos > 0;
        }

        List<Unused> taken(long permits) {
            if (taken.isEmpty() || taken.getFirst().permits() != permits) {
                taken = List.of(Unused.of(permits, grant));
            }
            return taken;
        }

        /** Whether the permits are of this grant and can be put back into it. */
        boolean takesBack(Unused unused) {
            return grant.atMillis() == unused.atMillis() && left + unused.permits() <= grant.permits();
        }

        void takeBack(Unused unused) {
            left += unused.permits();
        }
    }

    private final long lifeNanos;
    private final long horizonNanos;
    private final GrantHistory history;

    /** The grants that are held, oldest first; two at most, except after grants larger than foreseen. */
    private final Deque<HeldGrant> held = new ArrayDeque<>(2);

    private final Deque<Unused> unused = new ArrayDeque<>(1);
    /**
     * The grant that was used up last. Permits of a request that another policy has refused may still go back into it.
     */
    private @Nullable HeldGrant spent;

    private long left;
    private @Nullable Decision grant;
    private long grantNanos;
    private @Nullable Refusal refusal;
    private final Demand demand;
    private long lastSize = 1;
    private long pausedUntilNanos;

    /** A lease without permits. */
    TimedLease(Meters meters, long now) {
        this.history = new GrantHistory(meters);
        this.lifeNanos = TimeUnit.MILLISECONDS.toNanos(meters.leaseMillis());
        this.horizonNanos = Math.min(HORIZON_NANOS, lifeNanos * 4 / 5);
        this.demand = new Demand(now);
    }

    @Override
    public @Nullable Decision use(long permits, long now) {
        expire(now);
        if (left >= permits) {
            return granted(takeHeld(permits), now);
        }
        return refusal == null ? null : refusal.standing(permits - left, now);
    }

    /** Takes permits from the oldest grants first; returns them by grant. */
    private List<Unused> takeHeld(long permits) {
        left -= permits;
        HeldGrant first = held.getFirst();
        if (first.left > permits) {
            first.left -= permits;
            return first.taken(permits);
        }
        List<Unused> taken = new ArrayList<>(held.size());
        long wanted = permits;
        while (wanted > 0) {
            HeldGrant one = held.getFirst();
            long some = Math.min(wanted, one.left);
            one.left -= some;
            wanted -= some;
            taken.add(Unused.of(some, one.grant));
            if (one.left == 0) {
                spent = held.removeFirst();
            }
        }
        return taken;
    }

    @Override
    public @Nullable Unused putBack(Unused taken, long now) {
        expire(now);
        for (HeldGrant one : held) {
            if (one.takesBack(taken)) {
                one.takeBack(taken);
                left += taken.permits();
                return null;
            }
        }
        HeldGrant last = spent;
        if (last == null || last.isOver(now) || !last.takesBack(taken)) {
            history.returned(taken.permits(), now);
            return taken;
        }
        spent = null;
        last.takeBack(taken);
        left += taken.permits();
        held.addFirst(last);
        return null;
    }

    @Override
    public void returned() {
        refusal = null;
    }

    private Decision granted(List<Unused> taken, long now) {
        if (grant == null) {
            throw new IllegalStateException("nothing is in hand before any grant");
        }
        return new Decision(true, 0, grant.statesLater(now - grantNanos, left), taken);
    }

    /** Puts permits aside that may no longer be used. */
    private void expire(long now) {
        while (!held.isEmpty() && held.getFirst().isOver(now)) {
            HeldGrant one = held.removeFirst();
            left -= one.left;
            putAside(one, now);
        }
    }

    private void putAside(HeldGrant one, long now) {
        if (one.left > 0) {
            unused.add(Unused.of(one.left, one.grant));
            history.returned(one.left, now);
        }
    }

    @Override
    public boolean isRunningLow(long now) {
        return lastSize > 1 && left <= lastSize / 4 && left > 0 && now - pausedUntilNanos >= 0;
    }

    @Override
    public void demanded(long permits) {
        demand.add(permits);
    }

    @Override
    public LeaseRequest request(long least, long waiting, int nodes, long now) {
        expire(now);
        long size = Math.max(1, demand.size(Math.ceil(demand.foreseen(horizonNanos, now))));
        demand.asked(now);
        Unused back = unused.isEmpty() ? Unused.NONE : unused.removeFirst();
        long missing = Math.max(1, least - left);
        return new LeaseRequest(missing, Math.max(Math.max(missing, waiting), size), nodes, back);
    }

    @Override
    public void answered(Grant answer, LeaseRequest request, long sentNanos, long now) {
        expire(now);
        history.told(answer.decision(), now);
        if (answer.permits() == 0) {
            refusal = Refusal.of(answer.decision(), request.least(), now, lifeNanos, refusal);
            pausedUntilNanos = refusal.untilNanos();
            return;
        }
        grant = answer.decision();
        grantNanos = now;
        refusal = null;
        lastSize = answer.permits();
        held.addLast(new HeldGrant(answer, sentNanos + lifeNanos));
        left += answer.permits();
        history.granted(answer.permits(), now);
    }

    @Override
    public boolean isStale(long sentNanos, long now) {
        return now - sentNanos > Math.max(lifeNanos, DEADLINE_NANOS);
    }

    @Override
    public void served(long now) {
        // What is left lives on.
    }

    @Override
    public boolean isHolding() {
        return false;
    }

    @Override
    public long dueNanos(int nodes) {
        return NEVER;
    }

    @Override
    public @Nullable LeaseRequest closing() {
        return null;
    }

    @Override
    public void failed(long now) {
        pausedUntilNanos = now + PAUSE_NANOS;
    }

    @Override
    public @Nullable Unused leftover(long now) {
        expire(now);
        return unused.pollFirst();
    }

    @Override
    public void giveUp(long now) {
        held.forEach(one -> putAside(one, now));
        held.clear();
        spent = null;
        left = 0;
        refusal = null;
    }

    @Override
    public void forget(long now) {
        giveUp(now);
        unused.clear();
    }

    @Override
    public void reset(long now) {
        forget(now);
        history.reset();
    }

    @Override
    public List<Known> known(long now) {
        // What is left of a lease counts among the grants.
        return history.known(0, now);
    }

    @Override
    public boolean isIdle() {
        return held.isEmpty() && unused.isEmpty();
    }
}
