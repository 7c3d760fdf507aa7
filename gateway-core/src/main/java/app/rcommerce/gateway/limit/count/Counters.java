package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
        return decide(meters, request, true, now);
    }

    /** Takes back permits that were granted and not used. */
    public void giveBack(List<Meter> meters, Unused unused, long now) {
        for (int i = 0; i < meters.size(); i++) {
            if (unused.isCountedBy(i)) {
                Meter meter = meters.get(i);
                Count count = count(meter);
                count.advance(meter, now);
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
        for (Count count : counts) {
            longest = Math.max(longest, count.lifeMillis(now));
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
            if (counted.room(meter) >= least) {
                share = Math.min(share, counted.leaseRoom(meter) / request.nodes());
            } else if (meter.enforced()) {
                retryAfter = Math.max(retryAfter, counted.millisUntilRoom(meter, least, now));
            }
        }
        boolean granted = retryAfter == 0;
        long permits = granted ? Math.max(least, share) : 0;
        List<Decision.State> states = new ArrayList<>(meters.size());
        for (Meter meter : meters) {
            Count counted = count(meter);
            boolean over = counted.room(meter) < least;
            if (granted && count && !over && !isCountedBefore(meters, states)) {
                counted.add(meter, permits, permits > least);
            }
            long reset = over ? counted.millisUntilRoom(meter, least, now) : counted.millisUntilMore(meter, now);
            states.add(new Decision.State(Math.max(0, counted.room(meter)), reset, over));
        }
        List<Unused> taken = granted ? List.of(new Unused(permits, now, states)) : List.of();
        return new Grant(permits, new Decision(granted, retryAfter, states, taken), now);
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
        int bytes = 64 + 8 * fields.length;
        for (Count count : counts) {
            bytes += count.bytes();
        }
        return bytes;
    }

    private Count count(Meter meter) {
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].equals(meter.field())) {
                return counts[i];
            }
        }
        Count count = Count.of(meter);
        fields = Arrays.copyOf(fields, fields.length + 1);
        counts = Arrays.copyOf(counts, fields.length);
        fields[fields.length - 1] = meter.field();
        counts[counts.length - 1] = count;
        return count;
    }
}
