package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Hold;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lease whose permits the store counts as held, apart from those that are used and in addition to them, until they
 * are used or given back. A request uses a held permit at once; the store is told a moment later, off the request's
 * path, and holds another. So a caller who comes once in twenty seconds finds a permit, as does one who comes a
 * thousand times a second. Never over: the permits that are used and not yet told of are no more than those held, which
 * count.
 *
 * <p>The permit of a caller's first request counts as used at once, and another one is held, unless the node has so
 * many callers that it will have forgotten this one before it comes again; of callers in demand as many as the next 1.2
 * s need, up to 32, or as the next 50 ms need. What was not used for a minute and a half goes back. A node that dies
 * leaves its permits held until they end, and counted as used ones from then on.
 */
final class HeldLease implements Lease {

    /** How long the store holds permits of a node of which it hears nothing. */
    private static final long LIFE_MILLIS = Hold.LONGEST_MILLIS;
    /** After how long without use they are given back. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(90);
    /**
     * How long the store holds the permits of a caller for whom more than one are held, of whom the store hears within
     * 1.2 s in any case.
     */
    private static final long BUSY_LIFE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    /** The time for which permits are held ahead: a fiftieth of the window, within these bounds. */
    private static final long LEAST_HORIZON_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long MOST_HORIZON_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);
    /** The default deadline of a request to the store, plus the time by which an event loop may be late. */
    private static final long DEADLINE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MOST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Permits that will not last for so long are asked for at once, and not together with those of other callers. */
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** No more than this part of a quota may be held by the nodes to which a caller who comes seldom does not come. */
    private static final int STRANDED = 50;

    private final GrantHistory history;
    private final long leaseNanos;
    private final long horizonNanos;
    private final long leastQuota;
    private final boolean seldom;

    private final HoldAccount account = new HoldAccount();
    /** Permits that can be used. */
    private long held;
    /** Whether the store holds any, as far as this node knows, and until when. */
    private boolean holding;

    private long untilNanos;
    /** Whether the last question had no answer. */
    private boolean silent;
    /**
     * Whether more may be held: not after a silence, until a request has asked, since this node may have counted by
     * itself meanwhile.
     */
    private boolean filling;

    /** Permits of the last answer that count as used already, for those who wait. */
    private @Nullable Unused counted;

    /** Seldom more than one, and nearly always none: of many callers these take no memory. */
    private List<Unused> unused = List.of();

    private List<LeaseRequest> closings = List.of();
    /** The result of the last {@link #takeHeld}, which is returned again for the same. */
    private List<Unused> taken = List.of();

    private @Nullable Decision grant;
    private long grantNanos;
    private @Nullable Refusal refusal;
    /** Whether any permit has been used. */
    private boolean used;

    private long usedNanos;
    private long untoldSinceNanos;
    private final Demand demand;
    private long target;
    private long pausedUntilNanos;
    private long pauseNanos = LEAST_PAUSE_NANOS;

    /** A lease without permits; of one that comes seldom none is held before the second request. */
    HeldLease(Meters meters, boolean seldom, long now) {
        this.seldom = seldom;
        this.history = new GrantHistory(meters);
        this.leaseNanos = TimeUnit.MILLISECONDS.toNanos(meters.leaseMillis());
        long shortest = TimeUnit.MILLISECONDS.toNanos(meters.shortestMillis());
        this.horizonNanos = Math.clamp(shortest / 50, LEAST_HORIZON_NANOS, MOST_HORIZON_NANOS);
        this.leastQuota = meters.leastBurst();
        this.demand = new Demand(now);
        this.pausedUntilNanos = now;
    }

    @Override
    public @Nullable Decision use(long permits, long now) {
        expire(now);
        Unused ready = counted;
        long direct = ready == null ? 0 : ready.permits();
        if (direct + usable(now) >= permits) {
            used = true;
            usedNanos = now;
            return granted(ready, Math.min(direct, permits), Math.max(0, permits - direct), now);
        }
        return refusal == null ? null : refusal.standing(permits - held, now);
    }

    /**
     * Held permits that may be used: none while the store is silent, but for the life of a lease after its last answer.
     * Then {@code LocalQuota} decides, which knows how many are held.
     */
    private long usable(long now) {
        return silent && now - history.toldNanos() > leaseNanos ? 0 : held;
    }

    private Decision granted(@Nullable Unused ready, long direct, long ofHeld, long now) {
        Decision last = grant;
        if (last == null) {
            throw new IllegalStateException("nothing is held before any grant");
        }
        history.granted(direct + ofHeld, now);
        List<Unused> from = ofHeld > 0 ? takeHeld(ofHeld, last, now) : List.of();
        if (ready != null && direct > 0) {
            counted = direct == ready.permits() ? null : ready.of(ready.permits() - direct);
            from = from.isEmpty() ? List.of(ready.of(direct)) : List.of(ready.of(direct), from.getFirst());
        }
        return new Decision(true, 0, last.statesLater(now - grantNanos, held), from);
    }

    private List<Unused> takeHeld(long permits, Decision last, long now) {
        if (!account.isUntold()) {
            untoldSinceNanos = now;
        }
        held -= permits;
        long sequence = account.use(permits);
        if (taken.isEmpty()
                || taken.getFirst().permits() != permits
                || taken.getFirst().sequence() != sequence) {
            taken = List.of(new Unused(permits, 0, last.states(), sequence));
        }
        return taken;
    }

    /** Begins anew where the store holds the permits no longer: they count as used there. */
    private void expire(long now) {
        if (holding && now - untilNanos > 0) {
            begin();
        }
    }

    private void begin() {
        held = 0;
        holding = false;
        account.begin(LIFE_MILLIS);
    }

    @Override
    public @Nullable Unused putBack(Unused back, long now) {
        expire(now);
        history.returned(back.permits(), now);
        if (back.sequence() == 0) {
            return back;
        }
        boolean again = account.takesBack(back);
        held += again ? back.permits() : 0;
        return again ? null : account.returned(back);
    }

    @Override
    public void returned() {
        refusal = null;
    }

    @Override
    public boolean isRunningLow(long now) {
        return held > 0
                && held <= target / 4
                && now - pausedUntilNanos >= 0
                && held <= demand.foreseen(SOON_NANOS, now);
    }

    @Override
    public void demanded(long permits) {
        demand.add(permits);
    }

    @Override
    public LeaseRequest request(long least, long waiting, int nodes, long now) {
        expire(now);
        usedNanos = !used && least > 0 ? now : usedNanos;
        long missing = Math.max(0, least - held);
        long wanted = wanted(nodes, now);
        long most = least > 0 ? Math.max(wanted, waiting - least) : filling ? wanted : Math.min(wanted, held);
        if (silent) {
            // The last question may have been answered all the same, from room that this node has used by itself.
            most = held;
        }
        if (held > most && missing == 0) {
            // From now on, since the store may give them to others as soon as it is told.
            held = most;
        }
        target = Math.max(most, held);
        demand.asked(now);
        return new LeaseRequest(
                missing, target, nodes, Unused.NONE, account.ask(target > 1 ? BUSY_LIFE_MILLIS : LIFE_MILLIS));
    }

    /** How many permits should be held. */
    private long wanted(int nodes, long now) {
        if (now - usedNanos >= IDLE_NANOS || (seldom && !used)) {
            return 0;
        }
        long size = demand.size(demand.ahead(horizonNanos, now));
        // What all nodes hold leaves room for what they count by themselves while the store is silent.
        return Math.max(Math.min(size, leastQuota / (4L * nodes)), standing(nodes));
    }

    /** What is held for a caller who comes seldom: none where the other nodes could strand too much of the quota. */
    private long standing(int nodes) {
        return leastQuota / STRANDED >= nodes - 1 ? 1 : 0;
    }

    @Override
    public void answered(Grant answer, LeaseRequest request, long sentNanos, long now) {
        Hold hold = Objects.requireNonNull(request.hold(), "an answer to a question without a hold");
        history.told(answer.decision(), now);
        if (account.isOf(hold)) {
            unused = with(unused, account.answered(hold, answer.atMillis()));
            untoldSinceNanos = now;
            held = Math.max(0, answer.permits() - account.usedSince(hold));
            holding = answer.permits() > 0;
            untilNanos = sentNanos + TimeUnit.MILLISECONDS.toNanos(hold.lifeMillis());
            expire(now);
        } else {
            if (answer.permits() > 0) {
                closings = with(closings, List.of(closing(account.ending(hold))));
            }
            account.failed();
        }
        pauseNanos = LEAST_PAUSE_NANOS;
        silent = false;
        filling |= request.least() > 0;
        if (answer.decision().granted()) {
            refusal = null;
            pausedUntilNanos = now;
            grant = answer.decision();
            grantNanos = now;
            counted = request.least() > 0 ? answer.decision().taken().getFirst() : null;
        } else {
            refusal = Refusal.of(answer.decision(), request.least(), now, leaseNanos, refusal);
            pausedUntilNanos = refusal.untilNanos();
        }
    }

    /** Tells the store what has been used of a hold, and that it has ended. */
    private static LeaseRequest closing(Hold last) {
        return new LeaseRequest(0, 0, 1, Unused.NONE, last);
    }

    @Override
    public boolean isStale(long sentNanos, long now) {
        return now - sentNanos > Math.max(leaseNanos, DEADLINE_NANOS);
    }

    @Override
    public void served(long now) {
        if (counted != null) {
            unused = with(unused, List.of(counted));
            counted = null;
        }
    }

    @Override
    public void failed(long now) {
        account.failed();
        silent = true;
        filling = false;
        pausedUntilNanos = now + pauseNanos;
        pauseNanos = Math.min(MOST_PAUSE_NANOS, 2 * pauseNanos);
    }

    @Override
    public long dueNanos(int nodes) {
        if (account.isAsking()) {
            return NEVER;
        }
        long due = NEVER;
        if (account.isUntold()) {
            // Where little is left another request would have to wait.
            due = held <= target / 4 ? untoldSinceNanos : untoldSinceNanos + horizonNanos;
        }
        if (held > standing(nodes)) {
            due = Math.min(due, demand.sinceNanos() + MOST_HORIZON_NANOS);
        }
        if (holding) {
            // What has come back may be used after the end that the store knows.
            due = Math.min(due, Math.min(usedNanos + IDLE_NANOS, untilNanos - MOST_PAUSE_NANOS));
        }
        return due != NEVER && silent ? Math.max(due, pausedUntilNanos) : due;
    }

    @Override
    public @Nullable LeaseRequest closing() {
        LeaseRequest first = closings.isEmpty() ? null : closings.getFirst();
        closings = withoutFirst(closings);
        return first;
    }

    @Override
    public @Nullable Unused leftover(long now) {
        Unused first = unused.isEmpty() ? null : unused.getFirst();
        unused = withoutFirst(unused);
        return first;
    }

    @Override
    public boolean isHolding() {
        return holding || account.isUntold();
    }

    @Override
    public void giveUp(long now) {
        expire(now);
        served(now);
        if (isHolding()) {
            closings = with(closings, List.of(closing(account.end(LIFE_MILLIS))));
        }
        begin();
        refusal = null;
    }

    @Override
    public void forget(long now) {
        giveUp(now);
        unused = List.of();
    }

    @Override
    public void reset(long now) {
        forget(now);
        closings = List.of();
        history.reset();
    }

    @Override
    public List<Known> known(long now) {
        return history.known(held, now);
    }

    private static <T> List<T> with(List<T> some, List<T> more) {
        if (some.isEmpty() || more.isEmpty()) {
            return some.isEmpty() ? List.copyOf(more) : some;
        }
        List<T> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    private static <T> List<T> withoutFirst(List<T> some) {
        return some.isEmpty() ? some : List.copyOf(some.subList(1, some.size()));
    }

    @Override
    public boolean isIdle() {
        return unused.isEmpty() && closings.isEmpty();
    }
}
