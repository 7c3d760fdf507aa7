package app.rcommerce.gateway.benchmarks.soak;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers who each come at a rate of their own, at whichever node, as callers of a shop do: from one request in twenty
 * seconds to 5,000 a second, at half of their quota, evenly or at random; and a few who want three times their quota.
 * One thread makes all their requests.
 */
final class SteadyCallers {

    private static final double[] RATES = {0.05, 0.2, 1, 5, 20, 100, 1_000, 5_000};
    /** How many callers there are of each rate. */
    private static final int[] COUNTS = {100, 60, 40, 20, 10, 4, 1, 1};

    private static final long WINDOW_MILLIS = 60_000;
    private static final long GREEDY_WINDOW_MILLIS = 10_000;
    private static final long[] GREEDY_QUOTAS = {100, 1_000, 10_000};
    /**
     * The least quota of those who come seldom: of fifty permits one may be held by each other node, and what dead
     * nodes held is not theirs for a while.
     */
    private static final long LEAST_QUOTA = 120;

    /** A caller, and what became of its requests. */
    private static final class Caller {
        private final AdmissionLog log;
        private final double perSecond;
        private final boolean evenly;
        private final LongAdder waited = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private final LongAdder unanswered = new LongAdder();
        private final LongAdder made = new LongAdder();

        Caller(AdmissionLog log, double perSecond, boolean evenly) {
            this.log = log;
            this.perSecond = perSecond;
            this.evenly = evenly;
        }
    }

    private record Next(long nanos, Caller caller) {}

    private final List<Caller> below = new ArrayList<>();
    private final List<Caller> greedy = new ArrayList<>();
    private final Random random;
    private long startNanos;
    private long endNanos;

    SteadyCallers(String run, Random random) {
        this.random = random;
        for (int i = 0; i < RATES.length; i++) {
            long quota = Math.max(LEAST_QUOTA, (long) (2 * RATES[i] * WINDOW_MILLIS / 1000));
            for (int j = 0; j < COUNTS[i]; j++) {
                below.add(caller(run + "below" + i + "." + j, quota, WINDOW_MILLIS, RATES[i], j % 2 == 0));
            }
        }
        for (long quota : GREEDY_QUOTAS) {
            double perSecond = 3.0 * quota * 1000 / GREEDY_WINDOW_MILLIS;
            greedy.add(caller(run + "greedy" + quota, quota, GREEDY_WINDOW_MILLIS, perSecond, false));
        }
    }

    private static Caller caller(String name, long quota, long windowMillis, double perSecond, boolean evenly) {
        Meters meters = Meters.of(List.of(
                new Meter("s", "s:" + windowMillis, quota, windowMillis, true),
                new Meter("h", "h:3600000", 1_000 * quota, 3_600_000, true)));
        return new Caller(new AdmissionLog(Identifier.user(name), meters), perSecond, evenly);
    }

    /** Makes requests until the time given. */
    void run(SoakNode[] nodes, long untilNanos) {
        PriorityQueue<Next> queue = new PriorityQueue<>((a, b) -> Long.signum(a.nanos - b.nanos));
        startNanos = System.nanoTime();
        endNanos = untilNanos;
        for (List<Caller> all : List.of(below, greedy)) {
            for (Caller caller : all) {
                queue.add(new Next(startNanos + (long) (random.nextDouble() * 1e9 / caller.perSecond), caller));
            }
        }
        for (Next next = queue.remove(); next.nanos - untilNanos < 0; next = queue.remove()) {
            long early = next.nanos - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
            request(nodes[random.nextInt(nodes.length)], next.caller);
            double wait = next.caller.evenly ? 1 : -Math.log(1 - random.nextDouble());
            long at = next.nanos + (long) (wait * 1e9 / next.caller.perSecond);
            // Who could not come while this machine was busy does not come twice afterwards.
            queue.add(new Next(Math.max(at, System.nanoTime() - 50_000_000), next.caller));
        }
    }

    private static void request(SoakNode node, Caller caller) {
        caller.made.increment();
        boolean near = node.request(caller.log.identifier(), caller.log.meters(), (admitted, answered, nanos) -> {
            if (admitted) {
                caller.log.add(nanos);
            } else if (answered) {
                caller.refused.increment();
            } else {
                caller.unanswered.increment();
            }
        });
        if (!near) {
            caller.waited.increment();
        }
    }

    List<AdmissionLog> logs() {
        List<AdmissionLog> all = new ArrayList<>();
        below.forEach(caller -> all.add(caller.log));
        greedy.forEach(caller -> all.add(caller.log));
        return all;
    }

    /** Prints what became of them; whether nobody below the quota was refused. */
    boolean report() {
        long refused = 0;
        for (int i = 0, first = 0; i < RATES.length; first += COUNTS[i], i++) {
            List<Caller> same = below.subList(first, first + COUNTS[i]);
            System.out.printf(
                    "below the quota, %d x %s/s: %,d requests, %,d waited for Redis, %,d without an answer, %,d refused%n",
                    COUNTS[i],
                    RATES[i],
                    sum(same.stream().map(caller -> caller.made)),
                    sum(same.stream().map(caller -> caller.waited)),
                    sum(same.stream().map(caller -> caller.unanswered)),
                    sum(same.stream().map(caller -> caller.refused)));
            refused += sum(same.stream().map(caller -> caller.refused));
        }
        long from = startNanos + 2 * GREEDY_WINDOW_MILLIS * 1_000_000;
        double windows = (endNanos - from) / (GREEDY_WINDOW_MILLIS * 1e6);
        double granted = 0;
        double most = 0;
        for (Caller caller : greedy) {
            double quota = caller.log.meters().getFirst().quota() * windows;
            double admitted = caller.log.between(from, endNanos);
            System.out.printf(
                    "three times the quota of %,d in 10 s: %.1f %% of it granted, %,d without an answer%n",
                    caller.log.meters().getFirst().quota(), 100 * admitted / quota, caller.unanswered.sum());
            granted += admitted;
            most += quota;
        }
        System.out.printf("of all their quotas %.1f %% granted%n", 100 * granted / most);
        return refused == 0;
    }

    private static long sum(java.util.stream.Stream<LongAdder> counts) {
        return counts.mapToLong(LongAdder::sum).sum();
    }
}
