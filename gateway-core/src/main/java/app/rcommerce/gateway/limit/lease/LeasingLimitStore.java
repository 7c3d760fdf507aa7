package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit store that leases permits from a shared store and decides most requests on this node. For example, a node
 * that sees 200 requests a second of one identifier leases about ten permits at a time, and asks the store about 20
 * times a second instead of 200. The store counts every permit before a node may use it, so that any number of nodes
 * together never exceed the quota.
 *
 * <p>Only identifiers in demand have more than one permit leased. A refusal is remembered for a while, at most up to
 * the time that the store has named (see {@link Refusal}). Requests of one identifier for which no permits are held
 * share one request to the store. Bounded: an identifier that was evicted costs one more request to the store. Safe for
 * any thread; stages complete on the store's threads.
 *
 * <p>Measured by {@code LimiterBenchmark}, and in the comparison with peers against one request to the store for each
 * decision.
 */
public final class LeasingLimitStore implements LimitStore {

    /** The approximate memory of an identifier and its lease in the maps, in bytes. */
    private static final int ENTRY_BYTES = 920;

    private static final String LATE = "the store's answers come too late to be used";

    /** How often {@link #sweep} should be called, in milliseconds. */
    public static final int SWEEP_MILLIS = 20;

    private final LeaseStore store;
    private final IntSupplier nodes;
    private final Clock clock;
    private final Cache<LeaseEntry.Key, LeaseEntry> entries;
    private final KeysByIdentifier<LeaseEntry.Key> keys = new KeysByIdentifier<>();
    private final Queue<LeaseEntry> holding = new ConcurrentLinkedQueue<>();
    private final LongAdder near = new LongAdder();

    /**
     * Leases from the store; takes about {@code mostBytes} of memory at most.
     *
     * @param nodes how many nodes lease from the store, as last seen; at least 1
     */
    public LeasingLimitStore(LeaseStore store, IntSupplier nodes, Clock clock, long mostBytes) {
        this.store = store;
        this.nodes = nodes;
        this.clock = clock;
        this.entries = Caffeine.newBuilder()
                .maximumSize(Math.max(16, mostBytes / ENTRY_BYTES))
                .executor(Runnable::run)
                .evictionListener((LeaseEntry.@Nullable Key key, @Nullable LeaseEntry entry, RemovalCause cause) -> {
                    if (key != null) {
                        keys.remove(key.identifier(), key);
                    }
                })
                .removalListener((LeaseEntry.@Nullable Key key, @Nullable LeaseEntry entry, RemovalCause cause) -> {
                    if (entry != null && cause.wasEvicted()) {
                        returnAll(entry);
                    }
                })
                .build();
    }

    @Override
    public @Nullable Decision takeNear(Identifier identifier, List<Meter> meters, int permits) {
        Meters asked = Meters.of(meters);
        if (asked.leaseMillis() == 0) {
            return null;
        }
        LeaseEntry entry = entries.getIfPresent(new LeaseEntry.Key(identifier, asked));
        if (entry == null) {
            return null;
        }
        long now = clock.nanos();
        LeaseRequest request = null;
        int generation;
        Decision decision;
        synchronized (entry) {
            decision = entry.lease.use(permits, now);
            generation = entry.generation;
            if (decision == null) {
                return null;
            }
            entry.lease.demanded(permits);
            if (!entry.asking && entry.lease.isRunningLow(now)) {
                entry.asking = true;
                request = entry.lease.request(1, 0, nodes.getAsInt(), now);
            }
        }
        near.increment();
        if (request != null) {
            ask(entry, request, now, generation);
        }
        return decision;
    }

    @Override
    public List<@Nullable Known> known(Identifier identifier, List<Meter> meters) {
        LeaseEntry entry = entries.getIfPresent(new LeaseEntry.Key(identifier, Meters.of(meters)));
        if (entry == null) {
            return List.of();
        }
        synchronized (entry) {
            return List.copyOf(entry.lease.known(clock.nanos()));
        }
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        Meters asked = Meters.of(meters);
        if (asked.leaseMillis() == 0) {
            return store.take(identifier, asked, permits);
        }
        long now = clock.nanos();
        LeaseEntry entry = entries.get(new LeaseEntry.Key(identifier, asked), key -> {
            keys.add(identifier, key);
            return new LeaseEntry(key, now);
        });
        LeaseEntry.Waiter waiter = new LeaseEntry.Waiter(new CompletableFuture<>(), permits);
        LeaseRequest request = null;
        int generation;
        synchronized (entry) {
            generation = entry.generation;
            entry.lease.demanded(permits);
            Decision decision = entry.waiting.isEmpty() ? entry.lease.use(permits, now) : null;
            if (decision != null) {
                near.increment();
                return CompletableFuture.completedFuture(decision);
            }
            entry.waiting.add(waiter);
            if (!entry.asking) {
                entry.asking = true;
                request = entry.requestOfWaiting(nodes.getAsInt(), now);
            }
        }
        if (request != null) {
            ask(entry, request, now, generation);
        }
        return waiter.decision();
    }

    private void ask(LeaseEntry entry, LeaseRequest request, long sentNanos, int generation) {
        CompletionStage<Grant> asked;
        try {
            asked = store.lease(entry.key.identifier(), entry.key.meters(), request);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        asked.whenComplete((grant, failure) -> {
            if (failure == null) {
                answered(entry, grant, request, sentNanos, generation);
            } else {
                failed(entry, failure);
            }
        });
    }

    private void answered(LeaseEntry entry, Grant grant, LeaseRequest request, long sentNanos, int generation) {
        List<LeaseEntry.Waiter> served = new ArrayList<>();
        List<Decision> answers = new ArrayList<>();
        List<LeaseEntry.Waiter> late = List.of();
        LeaseRequest next = null;
        long now = clock.nanos();
        int current;
        boolean queue;
        synchronized (entry) {
            current = entry.generation;
            entry.lease.answered(grant, request, sentNanos, now);
            if (grant.permits() > 0 && entry.lease.isStale(sentNanos, now)) {
                // This node has slept: what was counted then may not be used any more. It goes back with the next
                // question.
                if (entry.hurried) {
                    late = List.copyOf(entry.waiting);
                    entry.waiting.clear();
                }
                entry.hurried = true;
            } else {
                entry.hurried = false;
                entry.serve(grant.permits() > 0 ? sentNanos : now, served, answers);
            }
            if (generation != current) {
                // Everything was forgotten meanwhile; what is left of this grant belongs to the time before.
                entry.lease.forget(now);
            }
            entry.asking = !entry.waiting.isEmpty();
            if (entry.asking) {
                next = entry.requestOfWaiting(nodes.getAsInt(), now);
            }
            queue = !entry.swept && !entry.lease.isIdle();
            entry.swept |= queue;
        }
        if (queue) {
            holding.add(entry);
        }
        if (next != null) {
            ask(entry, next, now, current);
        }
        for (int i = 0; i < served.size(); i++) {
            served.get(i).decision().complete(answers.get(i));
        }
        late.forEach(waiter -> waiter.decision().completeExceptionally(StoreUnavailable.late(LATE)));
    }

    private void failed(LeaseEntry entry, Throwable failure) {
        List<LeaseEntry.Waiter> told;
        synchronized (entry) {
            entry.lease.failed(clock.nanos());
            entry.asking = false;
            told = List.copyOf(entry.waiting);
            entry.waiting.clear();
        }
        told.forEach(waiter -> waiter.decision().completeExceptionally(failure));
    }

    /** Gives back permits whose lease has ended; to be called every {@link #SWEEP_MILLIS} by one thread at a time. */
    public void sweep() {
        long now = clock.nanos();
        for (int i = holding.size(); i > 0; i--) {
            LeaseEntry entry = holding.poll();
            if (entry == null) {
                return;
            }
            Unused unused;
            boolean keep;
            synchronized (entry) {
                unused = entry.asking ? null : entry.lease.leftover(now);
                keep = !entry.lease.isIdle();
                entry.swept = keep;
            }
            if (keep) {
                holding.add(entry);
            }
            giveBack(entry, unused);
        }
    }

    private void giveBack(LeaseEntry entry, @Nullable Unused unused) {
        if (unused != null && unused.permits() > 0) {
            sendBack(entry, unused);
        }
    }

    private CompletableFuture<Void> sendBack(LeaseEntry entry, Unused unused) {
        return store.giveBack(entry.key.identifier(), entry.key.meters(), unused)
                .whenComplete((done, failure) -> {
                    synchronized (entry) {
                        entry.lease.returned();
                    }
                })
                .toCompletableFuture();
    }

    private void returnAll(LeaseEntry entry) {
        List<Unused> all = new ArrayList<>(2);
        synchronized (entry) {
            long now = clock.nanos();
            entry.lease.giveUp(now);
            for (Unused unused = entry.lease.leftover(now); unused != null; ) {
                all.add(unused);
                unused = entry.lease.leftover(now);
            }
        }
        all.forEach(unused -> giveBack(entry, unused));
    }

    /** Gives back all permits that are held; to be called before the node stops. */
    public void close() {
        entries.asMap().values().forEach(this::returnAll);
        entries.invalidateAll();
    }

    /**
     * Puts the permits back into the lease where the grants that they were taken from are still held, else gives them
     * back to the store.
     */
    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        LeaseEntry entry = entries.getIfPresent(new LeaseEntry.Key(identifier, Meters.of(meters)));
        if (entry == null) {
            return store.giveBack(identifier, meters, permits, decision);
        }
        CompletableFuture<?>[] back = decision.taken(permits).stream()
                .filter(taken -> !isPutBack(entry, taken))
                .map(taken -> sendBack(entry, taken))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(back);
    }

    private boolean isPutBack(LeaseEntry entry, Unused taken) {
        boolean queue;
        synchronized (entry) {
            if (!entry.lease.putBack(taken, clock.nanos())) {
                return false;
            }
            queue = !entry.swept;
            entry.swept = true;
        }
        if (queue) {
            holding.add(entry);
        }
        return true;
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        return store.charge(identifier, meters, permits);
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        return store.usage(identifier, meters);
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        return store.reset(identifier).thenRun(() -> forget(identifier));
    }

    /** Forgets the leases and refusals of the identifier, whose counts have been reset on this node or on another. */
    public void forget(Identifier identifier) {
        for (LeaseEntry.Key key : keys.of(identifier)) {
            LeaseEntry entry = entries.getIfPresent(key);
            if (entry != null) {
                entry.reset(clock.nanos());
            }
        }
    }

    /**
     * Forgets the leases and refusals of all identifiers. Unlike {@link #forget}, keeps the store's last decisions, for
     * the time in which it does not answer.
     */
    public void forgetAll() {
        long now = clock.nanos();
        entries.asMap().values().forEach(entry -> entry.forget(now));
    }

    /** How many decisions were taken without asking the store. */
    public long nearDecisions() {
        return near.sum();
    }

    /** The approximate number of leases that are known at the moment. */
    public long size() {
        return entries.estimatedSize();
    }
}
