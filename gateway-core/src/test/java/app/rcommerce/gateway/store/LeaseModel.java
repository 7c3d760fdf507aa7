package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Grant;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.limit.Unused;
import app.rcommerce.gateway.limit.Wish;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Several nodes that lease from one store over a network that delays, loses and answers late, all on one clock moved by
 * hand: the same seed gives the same run. Every admission is logged at the time of its decision. One thread.
 */
final class LeaseModel {

    /** What the network does. */
    record Network(Duration shortest, Duration longest, double lost) {}

    /** Answers that come later than this are worth nothing: the gateway's own deadline. */
    private static final long DEADLINE_NANOS = Duration.ofMillis(25).toNanos();

    private record Event(long atNanos, long order, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos
                    ? Long.compare(atNanos, other.atNanos)
                    : Long.compare(order, other.order);
        }
    }

    /** Who is counted, by what. */
    record Counted(Identifier identifier, Meter meter) {}

    private final HandClock clock = new HandClock();
    private final LeaseStore store = new MemoryLimitStore(clock, 1 << 26);
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Random random;
    private final Network network;
    private final List<Node> nodes = new ArrayList<>();
    final Map<Counted, List<Long>> admissions = new HashMap<>();
    long trips;
    long admitted;
    long refused;
    long unanswered;
    private long order;

    LeaseModel(Random random, int nodes, Network network) {
        this.random = random;
        this.network = network;
        for (int i = 0; i < nodes; i++) {
            this.nodes.add(new Node());
        }
    }

    /** A node: its leases, its own clocks, and the pauses in which it does nothing. */
    private final class Node {
        private final long offsetNanos = random.nextLong(1L << 50);
        private long wallStepMillis;
        private long pausedUntilNanos;
        private boolean alive = true;
        private final LeasingLimitStore limits = new LeasingLimitStore(new Distant(this), LeaseModel.this::nodes, new Clock() {
            @Override
            public long nanos() {
                return clock.nanos() + offsetNanos;
            }

            @Override
            public long millis() {
                return clock.millis() + wallStepMillis;
            }
        }, 1 << 20);

        Node() {
            sweep();
        }

        private void sweep() {
            if (alive) {
                run(limits::sweep);
                after(Duration.ofMillis(LeasingLimitStore.SWEEP_MILLIS), this::sweep);
            }
        }

        /** Runs now, or when the pause is over; never on a dead node. */
        void run(Runnable happening) {
            if (!alive) {
                return;
            }
            long pause = pausedUntilNanos - clock.nanos();
            if (pause > 0) {
                after(Duration.ofNanos(pause), () -> run(happening));
            } else {
                happening.run();
            }
        }
    }

    /** The store at the other end of the network. */
    private final class Distant implements LeaseStore {
        private final Node node;

        Distant(Node node) {
            this.node = node;
        }

        private <T> CompletionStage<T> call(java.util.function.Supplier<CompletionStage<T>> asked) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            trips++;
            if (random.nextDouble() >= network.lost()) {
                after(delay(), () -> {
                    T given = asked.get().toCompletableFuture().join();
                    if (random.nextDouble() >= network.lost()) {
                        after(delay(), () -> node.run(() -> answer.complete(given)));
                    }
                });
            }
            after(Duration.ofNanos(DEADLINE_NANOS), () -> node.run(() ->
                    answer.completeExceptionally(new StoreUnavailable("late"))));
            return answer;
        }

        private Duration delay() {
            long least = network.shortest().toNanos();
            return Duration.ofNanos(least + random.nextLong(Math.max(1, network.longest().toNanos() - least)));
        }

        @Override
        public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, Wish wish) {
            return call(() -> store.lease(identifier, meters, wish));
        }

        @Override
        public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused) {
            return call(() -> store.giveBack(identifier, meters, unused));
        }

        @Override
        public CompletionStage<Taken> take(Identifier identifier, List<Meter> meters, int permits) {
            return call(() -> store.take(identifier, meters, permits));
        }

        @Override
        public CompletionStage<Void> charge(Identifier identifier, List<Meter> meters, int permits) {
            return call(() -> store.charge(identifier, meters, permits));
        }

        @Override
        public CompletionStage<Taken> usage(Identifier identifier, List<Meter> meters) {
            return call(() -> store.usage(identifier, meters));
        }

        @Override
        public CompletionStage<Void> reset(Identifier identifier) {
            return call(() -> store.reset(identifier));
        }
    }

    int nodes() {
        return Math.max(1, nodes.size());
    }

    /** Lets something happen later. */
    void after(Duration delay, Runnable happening) {
        events.add(new Event(clock.nanos() + Math.max(0, delay.toNanos()), order++, happening));
    }

    /** A request of somebody at a node. */
    void request(int at, Identifier identifier, List<Meter> meters) {
        Node node = nodes.get(at);
        node.run(() -> {
            Taken near = node.limits.takeNear(identifier, meters, 1);
            CompletionStage<Taken> taken = near != null
                    ? CompletableFuture.completedFuture(near)
                    : node.limits.take(identifier, meters, 1);
            taken.whenComplete((answer, failure) -> {
                if (failure != null) {
                    unanswered++;
                } else if (!answer.granted()) {
                    refused++;
                } else {
                    admitted++;
                    for (int i = 0; i < meters.size(); i++) {
                        if (meters.get(i).enforced()) {
                            admissions.computeIfAbsent(new Counted(identifier, meters.get(i)), key -> new ArrayList<>())
                                    .add(clock.nanos());
                        }
                    }
                }
            });
        });
    }

    /** Nothing runs on the node for a while: a collection of garbage, a stolen processor. */
    void pause(int at, Duration length) {
        nodes.get(at).pausedUntilNanos = clock.nanos() + length.toNanos();
    }

    /** The node dies with everything it holds, and another takes its place. */
    void kill(int at) {
        nodes.get(at).alive = false;
        nodes.set(at, new Node());
    }

    /** The node's wall clock is set. */
    void step(int at, Duration by) {
        nodes.get(at).wallStepMillis += by.toMillis();
    }

    /** Runs until the time is over. */
    void run(Duration length) {
        long end = clock.nanos() + length.toNanos();
        while (!events.isEmpty() && events.peek().atNanos() <= end) {
            Event event = events.remove();
            clock.advance(Duration.ofNanos(Math.max(0, event.atNanos() - clock.nanos())));
            event.happening().run();
        }
        clock.advance(Duration.ofNanos(end - clock.nanos()));
    }

    /** The most that was admitted in any span of one window's length. */
    static long most(List<Long> times, long windowMillis) {
        long windowNanos = Duration.ofMillis(windowMillis).toNanos();
        int from = 0;
        int most = 0;
        for (int to = 0; to < times.size(); to++) {
            while (times.get(to) - times.get(from) >= windowNanos) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}
