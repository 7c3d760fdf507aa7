package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.limit.local.LocalRequest;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
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

    private static final StoreUnavailable HELD = new StoreUnavailable("held");

    private record Event(long atNanos, long order, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(order, other.order);
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
    /** Requests that had to wait for the store. */
    long waited;

    long unanswered;
    /** What nodes have admitted by their own counts. */
    long alone;

    private long order;
    /** Until when nothing reaches the store: it comes in the order in which it was sent. */
    private long silentUntilNanos;
    /** Whether nodes count by themselves where the store does not answer. */
    private final boolean counting;
    /** The memory of a node's leases. */
    private final long leaseBytes;

    LeaseModel(Random random, int nodes, Network network) {
        this(random, nodes, network, false);
    }

    LeaseModel(Random random, int nodes, Network network, boolean counting) {
        this(random, nodes, network, counting, 1 << 20);
    }

    LeaseModel(Random random, int nodes, Network network, boolean counting, long leaseBytes) {
        this.random = random;
        this.counting = counting;
        this.leaseBytes = leaseBytes;
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
        private int lateInARow;
        private boolean open;
        private final Clock own = new Clock() {
            @Override
            public long nanos() {
                return clock.nanos() + offsetNanos;
            }

            @Override
            public long millis() {
                return clock.millis() + wallStepMillis;
            }
        };
        private final LeasingLimitStore limits =
                new LeasingLimitStore(new Distant(this), LeaseModel.this::nodes, own, leaseBytes);
        private final LocalQuotas counts = new LocalQuotas(own, 1 << 24);

        Node() {
            sweep();
            tell();
        }

        private void tell() {
            if (alive && counting) {
                run(() -> counts.tellAll(limits));
                after(Duration.ofMillis(LocalQuotas.TELL_MILLIS), this::tell);
            }
        }

        /**
         * As the breaker: five in a row that are late open it, and it closes some time after the store answers again.
         */
        private void late() {
            if (++lateInARow == 5) {
                open = true;
                probe();
            }
        }

        private void probe() {
            after(Duration.ofMillis(20), () -> {
                if (clock.nanos() < silentUntilNanos) {
                    probe();
                } else {
                    open = false;
                    lateInARow = 0;
                }
            });
        }

        /** Whether the node admits a request that the store has not answered. */
        private boolean admits(Identifier identifier, List<Meter> meters, Throwable failure) {
            Meters asked = Meters.of(meters);
            Meters shares = Meters.of(meters.stream()
                    .map(meter -> new Meter(
                            meter.policy(),
                            meter.field(),
                            meter.algorithm(),
                            Math.max(1, meter.quota() / nodes()),
                            meter.windowMillis(),
                            Math.max(1, meter.burst() / nodes()),
                            meter.enforced()))
                    .toList());
            boolean late = failure instanceof StoreUnavailable unavailable && unavailable.isLate();
            LocalRequest.Why why =
                    failure == HELD ? LocalRequest.Why.TOLD : late ? LocalRequest.Why.LATE : LocalRequest.Why.AWAY;
            Decision decision = counts.take(
                    identifier, new LocalRequest(asked, shares, limits.known(identifier, asked), 1, nodes(), why));
            if (decision.granted() && late) {
                counts.tell(identifier, limits);
            }
            return decision.granted();
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
    private final class Distant extends RemoteLeaseStore {
        private final Node node;

        Distant(Node node) {
            super(LeaseModel.this.store);
            this.node = node;
        }

        @Override
        <T> CompletionStage<T> call(java.util.function.Supplier<CompletionStage<T>> asked) {
            return call(asked, given -> {});
        }

        /**
         * Asks the store; what it answers after the deadline is told to {@code late}, as the gateway does where it
         * counts.
         */
        private <T> CompletionStage<T> call(
                java.util.function.Supplier<CompletionStage<T>> asked, java.util.function.Consumer<T> late) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            if (node.open) {
                return CompletableFuture.failedFuture(new StoreUnavailable("away"));
            }
            trips++;
            if (random.nextDouble() >= network.lost()) {
                reach(asked, given -> {
                    if (random.nextDouble() >= network.lost()) {
                        after(
                                delay(),
                                () -> node.run(() -> {
                                    if (answer.complete(given)) {
                                        node.lateInARow = 0;
                                    } else if (counting) {
                                        late.accept(given);
                                    }
                                }));
                    }
                });
            }
            after(
                    Duration.ofNanos(DEADLINE_NANOS),
                    () -> node.run(() -> {
                        if (answer.completeExceptionally(StoreUnavailable.late("late")) && counting) {
                            node.late();
                        }
                    }));
            return answer;
        }

        private <T> void reach(
                java.util.function.Supplier<CompletionStage<T>> asked, java.util.function.Consumer<T> answered) {
            after(delay(), () -> {
                if (clock.nanos() < silentUntilNanos) {
                    after(
                            Duration.ofNanos(silentUntilNanos - clock.nanos()),
                            () -> answered.accept(
                                    asked.get().toCompletableFuture().join()));
                } else {
                    answered.accept(asked.get().toCompletableFuture().join());
                }
            });
        }

        private Duration delay() {
            long least = network.shortest().toNanos();
            return Duration.ofNanos(
                    least + random.nextLong(Math.max(1, network.longest().toNanos() - least)));
        }

        @Override
        public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request) {
            return call(
                    () -> store.lease(identifier, meters, request),
                    grant -> grant.decision()
                            .taken()
                            .forEach(unused -> reach(() -> store.giveBack(identifier, meters, unused), done -> {})));
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
            Decision near = node.limits.takeNear(identifier, meters, 1);
            waited += near == null ? 1 : 0;
            CompletionStage<Decision> decision = near != null
                    ? CompletableFuture.completedFuture(near)
                    : counting && node.counts.holds(identifier, node.limits)
                            ? CompletableFuture.failedFuture(HELD)
                            : node.limits.take(identifier, meters, 1);
            decision.whenComplete((answer, failure) -> {
                boolean byItself = failure != null && counting && node.admits(identifier, meters, failure);
                alone += byItself ? 1 : 0;
                if (failure != null && !counting) {
                    unanswered++;
                } else if (!byItself && (failure != null || !answer.granted())) {
                    refused++;
                } else {
                    admitted++;
                    for (int i = 0; i < meters.size(); i++) {
                        if (meters.get(i).enforced()) {
                            admissions
                                    .computeIfAbsent(new Counted(identifier, meters.get(i)), key -> new ArrayList<>())
                                    .add(clock.nanos());
                        }
                    }
                }
            });
        });
    }

    /** A request that costs some permits, of which it gives back some later: it cost less, or another limit refused. */
    void request(int at, Identifier identifier, List<Meter> meters, int cost, int back, Duration later) {
        Node node = nodes.get(at);
        node.run(() -> {
            Decision near = node.limits.takeNear(identifier, meters, cost);
            waited += near == null ? 1 : 0;
            CompletionStage<Decision> decision =
                    near != null ? CompletableFuture.completedFuture(near) : node.limits.take(identifier, meters, cost);
            decision.whenComplete((answer, failure) -> {
                if (failure != null) {
                    unanswered++;
                } else if (!answer.granted()) {
                    refused++;
                } else {
                    admitted += cost - back;
                    log(identifier, meters, cost - back);
                    after(
                            later,
                            () -> node.run(() -> node.limits
                                    .giveBack(identifier, meters, back, answer)
                                    .exceptionally(lost -> null)));
                }
            });
        });
    }

    private void log(Identifier identifier, List<Meter> meters, int permits) {
        for (Meter meter : meters) {
            List<Long> times = admissions.computeIfAbsent(new Counted(identifier, meter), key -> new ArrayList<>());
            for (int i = 0; meter.enforced() && i < permits; i++) {
                times.add(clock.nanos());
            }
        }
    }

    /** A node forgets all leases, as where it may have missed a reset. */
    void forgetAll(int at) {
        Node node = nodes.get(at);
        node.run(node.limits::forgetAll);
    }

    /** A node looks at the counts. */
    void look(int at, Identifier identifier, List<Meter> meters) {
        Node node = nodes.get(at);
        node.run(() -> node.limits.usage(identifier, meters).exceptionally(lost -> null));
    }

    /** What the store would grant, once all that is held has been given back. */
    long left(Identifier identifier, List<Meter> meters) {
        return store.take(identifier, meters, Integer.MAX_VALUE)
                .toCompletableFuture()
                .join()
                .states()
                .getFirst()
                .remaining();
    }

    /** Nothing runs on the node for a while: a collection of garbage, a stolen processor. */
    void pause(int at, Duration length) {
        nodes.get(at).pausedUntilNanos = clock.nanos() + length.toNanos();
    }

    /** The store answers nobody for a while; what was sent meanwhile arrives then. */
    void silence(Duration length) {
        silentUntilNanos = Math.max(silentUntilNanos, clock.nanos() + length.toNanos());
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
