package app.rcommerce.gateway.limit.local;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Count;
import app.rcommerce.gateway.limit.count.Counters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.limit.local.LocalRequest.Why;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The local limiter of one identifier while the store that counts for all nodes does not answer: how much this node may
 * admit, and how much it has admitted, so that the store can be told later.
 *
 * <p>The account of a meter with the quota {@code Q} in a window {@code W} begins with {@code R}, the permits that the
 * store last said were left; where this node knows nothing, {@code R} is {@code Q}. Until a window has passed since
 * then, all {@code n} nodes together may admit {@code max(0, R - Q/2)} at once, and {@code Q*a/W} more after a time
 * {@code a}, of which the first 200 ms do not count; but in all no more than {@code R - min(Q/10, Q - R)}. Each node
 * admits an {@code n}-th of that. For example, with {@code Q} of 100 a minute, {@code R} of 80 and 3 nodes, each node
 * admits 10 at once, one more about every 1.8 s, and 23 in all.
 *
 * <p>So what the store had counted and what is admitted without it are together never more than the quota. Where
 * {@code R} is no more than half of the quota and the store is only late, not known to be away, nothing is admitted:
 * other nodes may be getting answers. Half of the quota thus lies between what this node admits and what the store
 * grants to others meanwhile.
 *
 * <p>Three more bounds hold. Beyond the permits that are admitted at once, what a node admits and what the store has
 * granted to it in the last window are together no more than three quarters of its share, since nodes are granted
 * permits in turn and {@code R} is older on one than on another. No node admits more than its share in any window. A
 * token bucket fills at its rate, so its account is not bounded by {@code R}; a window of the calendar begins anew with
 * the calendar.
 *
 * <p>Not safe for use by several threads; times are nanoseconds of a monotonic clock.
 */
public final class LocalQuota {

    /** An amount that the store is to be told of: permits that several meters have all counted. */
    public static final class Debt {
        private final List<Meter> meters = new ArrayList<>(2);
        private final List<Meter> shares = new ArrayList<>(2);
        private final List<Count> counts = new ArrayList<>(2);
        private final long permits;

        private Debt(long permits) {
            this.permits = permits;
        }

        /** The meters as the store counts them. */
        public Meters meters() {
            return Meters.of(meters);
        }

        /** How much each has counted, at least 1. */
        public long permits() {
            return permits;
        }

        private void add(Untold over, int index, Count count) {
            meters.add(over.meters().get(index));
            shares.add(over.shares().get(index));
            counts.add(count);
        }
    }

    /** A list of meters over which this node has counted permits that the store does not know of. */
    private record Untold(Meters meters, Meters shares) {}

    /** The account of one meter: how much the store had left, and what was spent since. */
    private static final class Account {
        private final String field;
        private final long quota;
        private long sinceNanos;
        private long remaining;
        private long spent;

        Account(Meter meter, long now) {
            this.field = meter.field();
            this.quota = meter.quota();
            begin(most(meter), now);
        }

        boolean isOf(Meter meter) {
            return field.equals(meter.field()) && quota == meter.quota();
        }

        void begin(long left, long at) {
            remaining = left;
            sinceNanos = at;
            spent = 0;
        }
    }

    /** The time for which other nodes may still get answers while this one does not. */
    private static final long LATE_MILLIS = 200;
    /**
     * The fraction of its share up to which a node admits, counting what the store has granted to it, so that a caller
     * who uses less than half of the quota is not refused.
     */
    private static final double FRACTION = 0.75;
    /** The most lists of meters of which the store is told; what further ones count stays with this node. */
    private static final int MOST_UNTOLD = 16;

    private final long epochMillis;
    /** What this node has admitted. */
    private final Counters admitted = new Counters();
    /** The part of it that the store does not know of. */
    private final Counters owed = new Counters();

    private Account[] accounts = {};
    private final List<Untold> untold = new ArrayList<>(1);
    private long longestMillis;
    private boolean away;
    private boolean held;
    private long heldUntilNanos;

    /**
     * A limiter that knows nothing and has counted nothing.
     *
     * @param epochMillis the time of the calendar at nanosecond 0 of the monotonic clock
     */
    public LocalQuota(long epochMillis) {
        this.epochMillis = epochMillis;
    }

    /** Takes permits on every meter, or on none. */
    public Decision take(LocalRequest request, long now) {
        long nowMillis = millis(now);
        long retryAfter = 0;
        long[] waits = new long[request.meters().size()];
        for (int i = 0; i < waits.length; i++) {
            Meter meter = request.meters().get(i);
            Account account = account(
                    meter, request.known().isEmpty() ? null : request.known().get(i), now);
            longestMillis = Math.max(longestMillis, meter.spanMillis());
            if (meter.enforced()) {
                long used =
                        Math.max(account.spent, owed.counted(request.shares().get(i), nowMillis));
                waits[i] = millisUntil(account, meter, used + request.permits(), request, now);
                if (waits[i] == 0 && isBeyondItsFraction(i, account, request, used, nowMillis)) {
                    waits[i] = millisUntilOver(account, meter, now);
                }
                retryAfter = Math.max(retryAfter, waits[i]);
            }
        }
        if (retryAfter > 0) {
            return refused(request, waits, retryAfter, nowMillis);
        }
        Decision decision = admitted.take(request.shares(), request.permits(), nowMillis);
        if (decision.granted()) {
            away |= request.why() == Why.AWAY;
            spend(request, request.permits(), now);
        }
        return decision;
    }

    private Decision refused(LocalRequest request, long[] waits, long retryAfter, long nowMillis) {
        List<Decision.State> states = new ArrayList<>(waits.length);
        List<Decision.State> shares =
                admitted.usage(request.shares(), nowMillis).states();
        for (int i = 0; i < waits.length; i++) {
            states.add(waits[i] > 0 ? new Decision.State(0, waits[i], true) : shares.get(i));
        }
        return new Decision(false, retryAfter, states);
    }

    private Account account(Meter meter, @Nullable Known known, long now) {
        Account account = find(meter, now);
        if (known != null && known.atNanos() - account.sinceNanos > 0) {
            account.begin(known.remaining(), known.atNanos());
        }
        if (isOver(account, meter, now)) {
            // What this node holds of the store's permits may be used yet.
            account.begin(Math.max(0, most(meter) - (known == null ? 0 : known.held())), now);
        }
        return account;
    }

    private Account find(Meter meter, long now) {
        for (Account account : accounts) {
            if (account.isOf(meter)) {
                return account;
            }
        }
        // A first answer of the store is newer than knowing nothing, however old it is.
        Account account = new Account(meter, now - TimeUnit.MILLISECONDS.toNanos(meter.spanMillis()));
        accounts = Arrays.copyOf(accounts, accounts.length + 1);
        accounts[accounts.length - 1] = account;
        return account;
    }

    /** Whether the account has ended: nothing that the store had counted when it began counts any more. */
    private boolean isOver(Account account, Meter meter, long now) {
        return meter.algorithm() == Meter.Algorithm.FIXED_WINDOW
                ? Math.floorDiv(millis(now), meter.windowMillis())
                        != Math.floorDiv(millis(account.sinceNanos), meter.windowMillis())
                : now - account.sinceNanos >= TimeUnit.MILLISECONDS.toNanos(meter.spanMillis());
    }

    private static long most(Meter meter) {
        return meter.algorithm() == Meter.Algorithm.TOKEN_BUCKET ? meter.burst() : meter.quota();
    }

    /** How long until this node may have admitted so many permits since the account began; 0 where it may have now. */
    private long millisUntil(Account account, Meter meter, long permits, LocalRequest request, long now) {
        double atOnce = atOnce(account, meter);
        if (isAtOnce(permits, request, atOnce)) {
            return 0;
        }
        long most = most(meter);
        double wanted = (double) permits * request.nodes();
        double edge = Math.min(most / 10.0, (double) (most - account.remaining));
        if (meter.algorithm() != Meter.Algorithm.TOKEN_BUCKET && wanted > account.remaining - edge) {
            return millisUntilOver(account, meter, now);
        }
        if (request.why() == Why.TOLD || (request.why() == Why.LATE && atOnce == 0)) {
            // Others are getting answers.
            return LATE_MILLIS;
        }
        double filled = (wanted - atOnce) * meter.windowMillis() / meter.quota();
        double passed = (now - account.sinceNanos) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        return Math.max(0, (long) Math.ceil(filled + LATE_MILLIS - passed));
    }

    /** How many permits all nodes together may admit as soon as the account begins. */
    private static double atOnce(Account account, Meter meter) {
        return Math.max(0.0, account.remaining - most(meter) / 2.0);
    }

    /** Whether so many permits are within this node's share of those; the share is at least one. */
    private static boolean isAtOnce(long permits, LocalRequest request, double atOnce) {
        return permits <= 1 ? atOnce > 0 : (double) permits * request.nodes() <= atOnce;
    }

    /**
     * Whether the node would exceed the fraction of its share that it may have in all, granted by the store or admitted
     * by itself. Nodes are granted permits in turn, so what one of them knows to be left may have been granted to the
     * others since.
     */
    private boolean isBeyondItsFraction(int index, Account account, LocalRequest request, long used, long nowMillis) {
        Known known = request.known().isEmpty() ? null : request.known().get(index);
        if (known == null || known.granted() == 0) {
            return false;
        }
        Meter meter = request.meters().get(index);
        if (isAtOnce(used + request.permits(), request, atOnce(account, meter))) {
            return false;
        }
        long had = known.granted() + admitted.counted(request.shares().get(index), nowMillis);
        return meter.algorithm() != Meter.Algorithm.TOKEN_BUCKET
                && had + request.permits() > Math.max(1, FRACTION * meter.quota() / request.nodes());
    }

    private long millisUntilOver(Account account, Meter meter, long now) {
        long nowMillis = millis(now);
        long end = meter.algorithm() == Meter.Algorithm.FIXED_WINDOW
                ? (Math.floorDiv(nowMillis, meter.windowMillis()) + 1) * meter.windowMillis()
                : millis(account.sinceNanos) + meter.windowMillis();
        return Math.max(1, end - nowMillis);
    }

    private long millis(long now) {
        return epochMillis + TimeUnit.NANOSECONDS.toMillis(now);
    }

    private void spend(LocalRequest request, long permits, long now) {
        owed.charge(request.shares(), permits, millis(now));
        for (Meter meter : request.meters()) {
            find(meter, now).spent += permits;
        }
        Untold counting = new Untold(request.meters(), request.shares());
        if (!untold.contains(counting) && untold.size() < MOST_UNTOLD) {
            untold.add(counting);
        }
    }

    /** Gives back what was taken and not used. */
    public void giveBack(LocalRequest request, long permits, Decision decision, long now) {
        for (Unused taken : decision.taken(permits)) {
            admitted.giveBack(request.shares(), taken, millis(now));
            owed.giveBack(request.shares(), taken, millis(now));
        }
        for (Meter meter : request.meters()) {
            Account account = find(meter, now);
            account.spent = Math.max(0, account.spent - permits);
        }
    }

    /** Counts what has been used beyond what was taken. */
    public void charge(LocalRequest request, long permits, long now) {
        admitted.charge(request.shares(), permits, millis(now));
        spend(request, permits, now);
    }

    /**
     * Removes and returns the permits that still count and that the store does not know of; from now on they are
     * counted there.
     */
    public List<Debt> settle(long now) {
        List<Debt> debts = new ArrayList<>(untold.size());
        for (Untold over : untold) {
            settle(over, millis(now), debts);
        }
        untold.clear();
        return debts;
    }

    /** Meters that have counted the same number of permits become one debt. */
    private void settle(Untold over, long nowMillis, List<Debt> debts) {
        List<Debt> own = new ArrayList<>(2);
        for (int i = 0; i < over.meters().size(); i++) {
            Meter share = over.shares().get(i);
            long permits = owed.counted(share, nowMillis);
            if (permits > 0) {
                debt(own, permits).add(over, i, owed.remove(share));
            }
        }
        debts.addAll(own);
    }

    private static Debt debt(List<Debt> debts, long permits) {
        for (Debt debt : debts) {
            if (debt.permits == permits) {
                return debt;
            }
        }
        debts.add(new Debt(permits));
        return debts.getLast();
    }

    /** Records what the store has left of each meter, after it has been told of a debt. */
    public void settled(Debt debt, Decision left, long now) {
        List<Known> known = Known.of(left, now);
        for (int i = 0; i < known.size() && i < debt.meters.size(); i++) {
            account(debt.meters.get(i), known.get(i), now);
        }
    }

    /**
     * Takes back a debt that the store could not be told of. It counts again from the time at which it was counted
     * first.
     */
    public void unsettle(Debt debt, long now) {
        away = true;
        held = false;
        for (int i = 0; i < debt.counts.size(); i++) {
            owed.restore(debt.shares.get(i), debt.counts.get(i), millis(now));
        }
        Untold counting = new Untold(debt.meters(), Meters.of(debt.shares));
        if (!untold.contains(counting)) {
            untold.add(counting);
        }
    }

    /**
     * Begins a hold, in which the store is not asked, where anything was admitted while the store was away. Other nodes
     * need this time to tell the store what they have admitted.
     *
     * @return whether a hold has begun
     */
    public boolean hold(long untilNanos) {
        boolean begins = away;
        away = false;
        held |= begins;
        heldUntilNanos = begins ? untilNanos : heldUntilNanos;
        return begins;
    }

    /** Whether a hold is in force, so that the store is not to be asked. */
    public boolean isHeld(long now) {
        held = held && heldUntilNanos - now > 0;
        return held;
    }

    /** Whether anything has been counted that the store does not know of. */
    public boolean isInDebt() {
        return !untold.isEmpty();
    }

    /** The time without use after which nothing needs to be kept any more, in milliseconds. */
    public long lifeMillis() {
        return longestMillis;
    }

    /** About how much memory this takes, in bytes. */
    public int bytes() {
        return 112 + admitted.bytes() + owed.bytes() + 72 * accounts.length + 32 * untold.size();
    }
}
