package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.lease.Lease;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit store that leases permits from a shared store and decides most requests on this node. For example, a node
 * that sees 200 requests a second of one identifier asks the store a few times a second, and never on the path of a
 * request; of an identifier that comes every ten seconds it holds one permit. The store counts every permit before a
 * node may use it, so that any number of nodes together never exceed the quota.
 *
 * <p>A refusal is remembered for a while, at most up to the time that the store has named (see {@code Refusal}).
 * Requests of one identifier for which no permits are held share one request to the store. Bounded: an identifier that
 * was evicted costs one more request to the store. Safe for any thread; stages complete on the store's threads.
 *
 * <p>Measured by {@code LimiterBenchmark}, and in the comparison with peers against one request to the store for each
 * decision.
 */
public final class LeasingLimitStore implements LimitStore {

    /** How often {@link #sweep} should be called, in milliseconds. */
    public static final int SWEEP_MILLIS = Lease.TELL_MILLIS;

    private static final int CLOSED_AT_ONCE = 500;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LeaseStore store;
    private final Clock clock;
    private final LeaseClient client;
    private final LeaseEntries entries;
    private final LongAdder near = new LongAdder();

    /**
     * Leases from the store; takes about {@code mostBytes} of memory at most.
     *
     * @param nodes how many nodes lease from the store, as last seen; at least 1
     */
    public LeasingLimitStore(LeaseStore store, IntSupplier nodes, Clock clock, long mostBytes) {
        this.store = store;
        this.clock = clock;
        this.client = new LeaseClient(store, nodes, clock, mostBytes);
        this.entries = client.entries();
    }

    @Override
    public @Nullable Decision takeNear(Identifier identifier, List<Meter> meters, int permits) {
        Meters asked = Meters.of(meters);
        if (asked.leaseMillis() == 0) {
            return null;
        }
        long now = clock.nanos();
        LeaseEntry entry = entries.find(new LeaseEntry.Key(identifier, asked), now);
        if (entry == null) {
            return null;
        }
        LeaseRequest request;
        int generation;
        Decision decision;
        synchronized (entry) {
            decision = entry.lease.use(permits, now);
            generation = entry.generation;
            if (decision == null) {
                return null;
            }
            entry.lease.demanded(permits);
            request = client.used(entry, now);
        }
        near.increment();
        if (request != null) {
            client.ask(entry, request, now, generation);
        }
        return decision;
    }

    @Override
    public List<@Nullable Known> known(Identifier identifier, List<Meter> meters) {
        long now = clock.nanos();
        LeaseEntry entry = entries.find(new LeaseEntry.Key(identifier, Meters.of(meters)), now);
        if (entry == null) {
            return List.of();
        }
        synchronized (entry) {
            return List.copyOf(entry.lease.known(now));
        }
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        Meters asked = Meters.of(meters);
        if (asked.leaseMillis() == 0) {
            return store.take(identifier, asked, permits);
        }
        long now = clock.nanos();
        LeaseEntry entry = entries.get(new LeaseEntry.Key(identifier, asked), now);
        LeaseEntry.Waiter waiter = new LeaseEntry.Waiter(new CompletableFuture<>(), permits);
        LeaseRequest request = null;
        Decision decision;
        int generation;
        synchronized (entry) {
            generation = entry.generation;
            entry.lease.demanded(permits);
            decision = entry.isAwaited() ? null : entry.lease.use(permits, now);
            if (decision == null) {
                entry.await(waiter);
                request = client.requestOfWaiting(entry, now);
            } else {
                client.schedule(entry);
            }
        }
        if (request != null) {
            client.ask(entry, request, now, generation);
        }
        if (decision == null) {
            return waiter.decision();
        }
        near.increment();
        return CompletableFuture.completedFuture(decision);
    }

    /**
     * Tells the store of what has been used, and gives back permits whose lease has ended; to be called every
     * {@link #SWEEP_MILLIS} by one thread at a time.
     */
    public void sweep() {
        client.sweep();
    }

    /**
     * Gives back all permits that are held, some hundred callers' at a time, and waits until the store has been told,
     * for two seconds at most; to be called before the node stops.
     */
    public void close() {
        long endNanos = clock.nanos() + CLOSE_NANOS;
        List<CompletableFuture<Void>> some = new ArrayList<>(CLOSED_AT_ONCE);
        for (LeaseEntry entry : entries.all()) {
            some.add(client.returnAll(entry));
            if (some.size() == CLOSED_AT_ONCE && !awaited(some, endNanos)) {
                break;
            }
        }
        awaited(some, endNanos);
        entries.clear();
    }

    private boolean awaited(List<CompletableFuture<Void>> told, long endNanos) {
        CompletableFuture<Void> all = CompletableFuture.allOf(told.toArray(CompletableFuture<?>[]::new));
        told.clear();
        try {
            all.handle((done, failure) -> true).get(Math.max(0, endNanos - clock.nanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Puts the permits back into the lease where the grants that they were taken from are still held, else gives them
     * back to the store.
     */
    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        LeaseEntry entry = entries.find(new LeaseEntry.Key(identifier, Meters.of(meters)), clock.nanos());
        if (entry == null) {
            return store.giveBack(identifier, meters, permits, decision);
        }
        return CompletableFuture.allOf(decision.taken(permits).stream()
                .map(taken -> client.putBack(entry, taken).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        return store.charge(identifier, meters, permits);
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        return LeaseClient.allOf(client.recall(identifier, null))
                .handle((done, failure) -> store.usage(identifier, meters))
                .thenCompose(Function.identity());
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        return store.reset(identifier).thenRun(() -> forget(identifier));
    }

    /** Forgets the leases and refusals of the identifier, whose counts have been reset on this node or on another. */
    public void forget(Identifier identifier) {
        long now = clock.nanos();
        entries.of(identifier, now).forEach(entry -> entry.reset(now));
    }

    /**
     * Forgets the leases and refusals of all identifiers. Unlike {@link #forget}, keeps the store's last decisions, for
     * the time in which it does not answer.
     */
    public void forgetAll() {
        entries.all().forEach(client::forget);
    }

    /** How many decisions were taken without asking the store. */
    public long nearDecisions() {
        return near.sum();
    }

    /** The approximate number of leases that are known at the moment. */
    public long size() {
        return entries.size();
    }
}
