package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts of all meters of one identifier, and the decision over several of them, all or nothing. The Redis script
 * makes the same decision from the same numbers. Not safe for use by several threads.
 */
public final class Counters {

    /**
     * The meters' fields, with the counts at the same indexes. They are few, so a linear search is faster and smaller
     * than a map.
     */
    private String[] fields = {};

    private Count[] counts = {};

    /** What nodes hold of each field, by the same index; null where nothing has been. */
    private @Nullable HeldPermits[] held = {};

    /** Takes permits on every meter, or on none; see {@code LimitStore.take}. */
    public Decision take(List<Meter> meters, long permits, long now) {
        return decide(meters, LeaseRequest.exactly(permits), true, now).decision();
    }

    /**
     * Takes back unused permits, then takes those that are asked for on every meter, or none; see
     * {@code LeaseStore.lease}.
     */
    public Grant lease(List<Meter> meters, LeaseRequest request, long now) {
        if (request.unused().permits() > 0) {
            giveBack(meters, request.unused(), now);
        }
        Hold hold = request.hold();
        return hold != null ? hold(meters, request, hold, now) : decide(meters, request, true, now);
    }

    /** Takes back permits that were granted and not used. */
    public void giveBack(List<Meter> meters, Unused unused, long now) {
        for (int i = 0; i < meters.size(); i++) {
            if (unused.isCountedBy(i) && !isCountedBefore(meters, unused, i)) {
                Meter meter = meters.get(i);
                Count count = count(meter);
                count.advance(meter, now);
                expire(meter, now);
                count.giveBack(meter, unused.permits(), unused.atMillis());
            }
        }
    }

    /** Counts permits that have been used already; see {@code LimitStore.charge}. */
    public void charge(List<Meter> meters, long permits, long now) {
        for (int i = 0; i < meters.size(); i++) {
            Meter meter = meters.get(i);
            Count count = count(meter);
            count.advance(meter, now);
            expire(meter, now);
            if (meters.subList(0, i).stream().noneMatch(before -> before.field().equals(meter.field()))) {
                count.add(meter, permits, false);
            }
        }
    }

    /** How many permits of the meter count at the moment. */
    public long counted(Meter meter, long now) {
        Count count = count(meter);
        count.advance(meter, now);
        return count.counted(meter);
    }

    /** Removes the count of the meter and returns it. */
    public Count remove(Meter meter) {
        Count count = count(meter);
        replace(meter, Count.of(meter));
        return count;
    }

    /** Puts a removed count back, before everything that has been counted since. */
    public void restore(Meter meter, Count count, long now) {
        Count since = count(meter);
        since.advance(meter, now);
        count.advance(meter, now);
        count.absorb(since);
        replace(meter, count);
    }

    private void replace(Meter meter, Count count) {
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].equals(meter.field())) {
                counts[i] = count;
            }
        }
    }

    /** What {@link #take} of one permit would answer, without counting. */
    public Decision usage(List<Meter> meters, long now) {
        return decide(meters, LeaseRequest.exactly(1), false, now).decision().uncounted();
    }

    /** The time without use after which nothing is counted any more, in milliseconds. */
    public long lifeMillis(long now) {
        long longest = 0;
        for (int i = 0; i < counts.length; i++) {
            HeldPermits one = held[i];
            // What is held at the end counts from then on.
            longest = Math.max(longest, counts[i].lifeMillis(now) + (one == null ? 0 : one.lifeMillis(now)));
        }
        return longest;
    }

    private Grant decide(List<Meter> meters, LeaseRequest request, boolean count, long now) {
        long least = request.least();
        long retryAfter = 0;
        long share = request.most();
        for (Meter meter : meters) {
            Count counted = count(meter);
            counted.advance(meter, now);
            long held = count ? expire(meter, now) : 0;
            if (counted.room(meter) - held >= least) {
                share = Math.min(share, (counted.leaseRoom(meter) - held) / request.nodes());
            } else if (meter.enforced()) {
                retryAfter = Math.max(retryAfter, counted.millisUntilRoom(meter, least + held, now));
            }
        }
        boolean granted = retryAfter == 0;
        long permits = granted ? Math.max(least, share) : 0;
        List<Decision.State> states = new ArrayList<>(meters.size());
        for (Meter meter : meters) {
            Count counted = count(meter);
            long held = count ? held(meter) : 0;
            boolean over = counted.room(meter) - held < least;
            if (granted && count && !over && !isCountedBefore(meters, states)) {
                counted.add(meter, permits, permits > least);
            }
            long reset = over ? counted.millisUntilRoom(meter, least + held, now) : counted.millisUntilMore(meter, now);
            states.add(new Decision.State(Math.max(0, counted.room(meter) - held), reset, over));
        }
        List<Unused> taken = granted ? List.of(new Unused(permits, now, states)) : List.of();
        return new Grant(permits, new Decision(granted, retryAfter, states, taken), now);
    }

    /**
     * Tells what has been used of a hold, and fills it up; see {@code LeaseStore.lease}. No two of the meters may have
     * the same field.
     */
    private Grant hold(List<Meter> meters, LeaseRequest request, Hold hold, long now) {
        long[] mine = new long[meters.size()];
        boolean overtaken = false;
        for (Meter meter : meters) {
            count(meter).advance(meter, now);
            expire(meter, now);
            HeldPermits.Entry entry = held(meter, hold);
            overtaken |= entry != null && hold.sequence() <= entry.sequence();
        }
        long least = request.least();
        long target = request.most();
        long retryAfter = 0;
        for (int i = 0; i < mine.length; i++) {
            Meter meter = meters.get(i);
            mine[i] = overtaken ? heldBefore(meter, hold) : settle(meter, hold);
            long room = roomBeside(meter, hold, mine[i]);
            if (least == 0 || room >= least) {
                target = Math.min(target, mine[i] + Math.max(0, room - least) / request.nodes());
            } else if (meter.enforced()) {
                retryAfter = Math.max(retryAfter, millisUntil(meter, hold, mine[i] + least, now));
            }
        }
        if (overtaken) {
            // Whoever asked has given up, and asked again.
            retryAfter = Math.max(1, retryAfter);
        }
        boolean granted = retryAfter == 0;
        List<Decision.State> states = new ArrayList<>(meters.size());
        long all = Long.MAX_VALUE;
        for (int i = 0; i < mine.length; i++) {
            Meter meter = meters.get(i);
            long room = roomBeside(meter, hold, mine[i]);
            boolean empty = !meter.enforced() && mine[i] == 0;
            boolean over = room < (least > 0 ? least : empty ? 1 : Long.MIN_VALUE);
            long wait = over ? millisUntil(meter, hold, mine[i] + Math.max(1, least), now) : 0;
            if (granted && !overtaken && !over) {
                count(meter).add(meter, least, false);
                mine[i] = target;
            } else if (!overtaken) {
                mine[i] = Math.min(mine[i], request.most());
            }
            if (!overtaken) {
                put(meter, hold, mine[i], now);
            }
            if (meter.enforced()) {
                all = Math.min(all, mine[i]);
            }
            long reset = over ? wait : count(meter).millisUntilMore(meter, now);
            states.add(new Decision.State(Math.max(0, roomBeside(meter, hold, mine[i])), reset, over));
        }
        List<Unused> taken = granted && least > 0 ? List.of(new Unused(least, now, states)) : List.of();
        long held = all != Long.MAX_VALUE ? all : granted ? target : 0;
        return new Grant(held, new Decision(granted, retryAfter, states, taken), now);
    }

    /** Counts what has been used of the hold; answers what is left of it. */
    private long settle(Meter meter, Hold hold) {
        HeldPermits.Entry entry = held(meter, hold);
        long before = entry == null ? 0 : entry.permits();
        long used = Math.max(0, hold.used() - (entry == null ? hold.acknowledged() : entry.used()));
        // A meter in shadow mode that had no room has counted nothing.
        long counted = meter.enforced() ? used : Math.min(used, before);
        if (counted > 0) {
            count(meter).add(meter, counted, false);
        }
        return Math.max(0, before - used);
    }

    private long heldBefore(Meter meter, Hold hold) {
        HeldPermits.Entry entry = held(meter, hold);
        return entry == null ? 0 : entry.permits();
    }

    /** How many permits more the hold could have, which is to have so many. */
    private long roomBeside(Meter meter, Hold hold, long mine) {
        return count(meter).room(meter) - (held(meter) - heldBefore(meter, hold)) - mine;
    }

    private long millisUntil(Meter meter, Hold hold, long wanted, long now) {
        long others = held(meter) - heldBefore(meter, hold);
        return count(meter).millisUntilRoom(meter, others + wanted, now);
    }

    private HeldPermits.@Nullable Entry held(Meter meter, Hold hold) {
        HeldPermits all = heldOf(meter);
        return all == null ? null : all.find(hold.id());
    }

    private long held(Meter meter) {
        HeldPermits all = heldOf(meter);
        return all == null ? 0 : all.total();
    }

    private void put(Meter meter, Hold hold, long permits, long now) {
        int index = index(meter);
        HeldPermits all = held[index];
        if (all == null) {
            all = new HeldPermits();
            held[index] = all;
        }
        all.put(hold, permits, now);
    }

    /** Counts what is held no longer; answers what still is. */
    private long expire(Meter meter, long now) {
        HeldPermits all = heldOf(meter);
        if (all == null) {
            return 0;
        }
        long expired = all.expire(now);
        if (expired > 0) {
            count(meter).add(meter, expired, false);
        }
        return all.total();
    }

    /** Whether an earlier meter has the same field as the meter at this index and has counted the permits already. */
    private static boolean isCountedBefore(List<Meter> meters, Unused unused, int index) {
        for (int i = 0; i < index; i++) {
            if (unused.isCountedBy(i)
                    && meters.get(i).field().equals(meters.get(index).field())) {
                return true;
            }
        }
        return false;
    }

    /** Whether an earlier meter has the same field as the meter behind these states and has counted already. */
    private static boolean isCountedBefore(List<Meter> meters, List<Decision.State> states) {
        String field = meters.get(states.size()).field();
        for (int i = 0; i < states.size(); i++) {
            if (!states.get(i).over() && meters.get(i).field().equals(field)) {
                return true;
            }
        }
        return false;
    }

    /** About how much memory the counters take, in bytes. */
    public int bytes() {
        int bytes = 64 + 12 * fields.length;
        for (Count count : counts) {
            bytes += count.bytes();
        }
        for (HeldPermits one : held) {
            bytes += one == null ? 0 : one.bytes();
        }
        return bytes;
    }

    private Count count(Meter meter) {
        int index = index(meter);
        return counts[index];
    }

    private @Nullable HeldPermits heldOf(Meter meter) {
        int index = index(meter);
        return held[index];
    }

    private int index(Meter meter) {
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].equals(meter.field())) {
                return i;
            }
        }
        int added = fields.length;
        fields = Arrays.copyOf(fields, added + 1);
        counts = Arrays.copyOf(counts, added + 1);
        held = Arrays.copyOf(held, added + 1);
        fields[added] = meter.field();
        counts[added] = Count.of(meter);
        return added;
    }
}
