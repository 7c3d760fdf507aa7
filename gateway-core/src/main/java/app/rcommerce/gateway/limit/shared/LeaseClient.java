package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.limit.lease.Lease;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of the shared store on behalf of the leases of a node: it asks for permits, one question at a time for each
 * entry, serves the requests that wait with the answer, and tells the store off their path what has been used and what
 * goes back. Safe for any thread.
 */
final class LeaseClient {

    private static final String LATE = "the store's answers come too late to be used";

    /** Every so many sweeps all entries are looked at: what was not used for long goes back. */
    private static final int SWEEPS_TO_ALL = 1_000;

    /** How often permits go back whose lease has ended. */
    private static final long RETURN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Of how many entries at a time, so that requests find a place beside them. */
    private static final int MOST_RETURNED = 1_000;

    private final LeaseStore store;
    private final IntSupplier nodes;
    private final Clock clock;
    private final LeaseEntries entries;
    private final DueEntries due;
    /** Entries with permits that go back, or whose lease ends by itself. */
    private final Queue<LeaseEntry> returning = new ConcurrentLinkedQueue<>();
    /** Of the sweep's thread: how often it has run. */
    private long sweeps;

    private long returnedNanos;

    LeaseClient(LeaseStore store, IntSupplier nodes, Clock clock, long mostBytes) {
        this.store = store;
        this.nodes = nodes;
        this.clock = clock;
        this.entries = new LeaseEntries(mostBytes, clock, this::returnAll);
        this.due = new DueEntries(clock.nanos());
        this.returnedNanos = clock.nanos();
    }

    LeaseEntries entries() {
        return entries;
    }

    /** What the entry should ask for all who wait, if it is not asking already; under its lock. */
    @Nullable
    LeaseRequest requestOfWaiting(LeaseEntry entry, long now) {
        if (entry.asking) {
            return null;
        }
        entry.asking = true;
        return entry.requestOfWaiting(nodes.getAsInt(), now);
    }

    /** What the entry should ask ahead of need, and sees to it that the store is told in time; under its lock. */
    @Nullable
    LeaseRequest used(LeaseEntry entry, long now) {
        if (!entry.asking && entry.lease.isRunningLow(now)) {
            entry.asking = true;
            return entry.requestAhead(nodes.getAsInt(), now);
        }
        schedule(entry);
        return null;
    }

    /** Sees to it that the store is told in time; under the entry's lock. */
    void schedule(LeaseEntry entry) {
        long at = entry.asking ? Lease.NEVER : entry.lease.dueNanos(nodes.getAsInt());
        if (at != Lease.NEVER) {
            due.add(entry, at);
        }
    }

    /** Asks the store. */
    void ask(LeaseEntry entry, LeaseRequest request, long sentNanos, int generation) {
        ask(entry, request, sentNanos, generation, true);
    }

    private void ask(LeaseEntry entry, LeaseRequest request, long sentNanos, int generation, boolean mayRecall) {
        lease(entry, request).whenComplete((grant, failure) -> {
            if (failure != null) {
                failed(entry, failure);
                return;
            }
            boolean refused = request.least() > 0 && !grant.decision().granted();
            List<CompletableFuture<Grant>> recalled =
                    mayRecall && refused ? recall(entry.key().identifier(), entry) : List.of();
            if (recalled.isEmpty()) {
                answered(entry, grant, request, sentNanos, generation);
            } else {
                allOf(recalled).whenComplete((done, ignored) -> askAgain(entry));
            }
        });
    }

    private CompletableFuture<Grant> lease(LeaseEntry entry, LeaseRequest request) {
        try {
            return store.lease(entry.key().identifier(), entry.key().meters(), request)
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Asks once more, now that this node holds nothing else of the identifier: for those who wait, or ahead of need as
     * before where nobody does.
     */
    private void askAgain(LeaseEntry entry) {
        long now = clock.nanos();
        LeaseRequest request;
        int generation;
        synchronized (entry) {
            request = entry.requestOfWaiting(nodes.getAsInt(), now);
            generation = entry.generation;
        }
        ask(entry, request, now, generation, false);
    }

    /** Gives back what this node holds of the identifier, but for this entry, and tells of what was used. */
    List<CompletableFuture<Grant>> recall(Identifier identifier, @Nullable LeaseEntry except) {
        List<CompletableFuture<Grant>> recalled = new ArrayList<>(0);
        for (LeaseEntry entry : entries.of(identifier, clock.nanos())) {
            if (entry == except) {
                continue;
            }
            LeaseRequest closing;
            synchronized (entry) {
                if (entry.asking || !entry.lease.isHolding()) {
                    continue;
                }
                entry.lease.giveUp(clock.nanos());
                closing = entry.lease.closing();
            }
            if (closing != null) {
                recalled.add(lease(entry, closing));
            }
        }
        return recalled;
    }

    /** A stage that is complete when all of these are. */
    static CompletableFuture<Void> allOf(List<CompletableFuture<Grant>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    private void answered(LeaseEntry entry, Grant grant, LeaseRequest request, long sentNanos, int generation) {
        List<LeaseEntry.Waiter> served = new ArrayList<>();
        List<Decision> answers = new ArrayList<>();
        List<LeaseEntry.Waiter> late = List.of();
        LeaseRequest next = null;
        long now = clock.nanos();
        int current;
        synchronized (entry) {
            current = entry.generation;
            entry.lease.answered(grant, request, sentNanos, now);
            boolean granted = grant.decision().granted();
            if (granted && entry.isAwaited() && entry.lease.isStale(sentNanos, now)) {
                // This node has slept: what was counted then may not be used any more. It goes back with the next
                // question.
                if (entry.hurried) {
                    late = entry.dismiss();
                }
                entry.hurried = true;
            } else {
                entry.hurried = false;
                entry.serve(granted ? sentNanos : now, served, answers);
            }
            entry.lease.served(now);
            if (generation != current) {
                // Everything was forgotten meanwhile; what is left of this grant belongs to the time before.
                entry.lease.forget(now);
            }
            entry.asking = entry.isAwaited();
            if (entry.gone && !entry.asking) {
                entry.lease.giveUp(now);
            }
            if (entry.asking) {
                next = entry.requestOfWaiting(nodes.getAsInt(), now);
            }
            schedule(entry);
            returnSoon(entry);
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
            told = entry.dismiss();
            schedule(entry);
        }
        told.forEach(waiter -> waiter.decision().completeExceptionally(failure));
    }

    /** Forgets the permits of the entry, since there may have been a reset; tells the store soon. */
    void forget(LeaseEntry entry) {
        synchronized (entry) {
            entry.forget(clock.nanos());
            returnSoon(entry);
        }
    }

    /** Sees to it that what goes back does, or that a lease ends in time; under the entry's lock. */
    private void returnSoon(LeaseEntry entry) {
        if (!entry.swept && !entry.lease.isIdle()) {
            entry.swept = true;
            returning.add(entry);
        }
    }

    /**
     * Tells the store of what has been used, and gives back permits whose lease has ended; to be called every
     * {@link Lease#TELL_MILLIS} by one thread at a time.
     */
    void sweep() {
        long now = clock.nanos();
        due.take(now, entry -> tell(entry, now));
        if (++sweeps % SWEEPS_TO_ALL == 0) {
            entries.all().forEach(entry -> tell(entry, now));
        }
        if (now - returnedNanos >= RETURN_NANOS) {
            returnedNanos = now;
            returnUnused(now);
        }
    }

    private void returnUnused(long now) {
        for (int i = Math.min(MOST_RETURNED, returning.size()); i > 0; i--) {
            LeaseEntry entry = returning.poll();
            if (entry == null) {
                return;
            }
            Returns returns;
            synchronized (entry) {
                entry.swept = false;
                returns = entry.asking ? Returns.NONE : Returns.of(entry.lease, now);
                returnSoon(entry);
            }
            send(entry, returns);
        }
    }

    /** What goes back of a lease: permits by grant, and holds that have ended. */
    private record Returns(List<Unused> unused, List<LeaseRequest> closings) {

        static final Returns NONE = new Returns(List.of(), List.of());

        static Returns of(Lease lease, long now) {
            List<Unused> unused = new ArrayList<>(1);
            for (Unused one = lease.leftover(now); one != null; one = lease.leftover(now)) {
                unused.add(one);
            }
            List<LeaseRequest> closings = new ArrayList<>(1);
            for (LeaseRequest one = lease.closing(); one != null; one = lease.closing()) {
                closings.add(one);
            }
            return new Returns(unused, closings);
        }
    }

    private CompletableFuture<Void> send(LeaseEntry entry, Returns returns) {
        List<CompletableFuture<?>> told = new ArrayList<>(2);
        returns.unused().forEach(one -> told.add(sendBack(entry, one).toCompletableFuture()));
        returns.closings().forEach(one -> told.add(lease(entry, one)));
        return CompletableFuture.allOf(told.toArray(CompletableFuture<?>[]::new));
    }

    private void tell(LeaseEntry entry, long now) {
        LeaseRequest request;
        int generation;
        synchronized (entry) {
            if (entry.asking || !due.isDue(entry)) {
                return;
            }
            int among = nodes.getAsInt();
            if (entry.lease.dueNanos(among) > now) {
                schedule(entry);
                return;
            }
            entry.asking = true;
            generation = entry.generation;
            request = entry.lease.request(0, 0, among, now);
        }
        ask(entry, request, now, generation);
    }

    /** Puts permits back into the lease that they were taken from, or into the store. */
    CompletionStage<Void> putBack(LeaseEntry entry, Unused taken) {
        Unused toSend;
        synchronized (entry) {
            toSend = entry.lease.putBack(taken, clock.nanos());
            returnSoon(entry);
        }
        return toSend == null ? CompletableFuture.completedFuture(null) : sendBack(entry, toSend);
    }

    private CompletionStage<Void> sendBack(LeaseEntry entry, Unused unused) {
        if (unused.permits() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return store.giveBack(entry.key().identifier(), entry.key().meters(), unused)
                .whenComplete((done, failure) -> {
                    synchronized (entry) {
                        entry.lease.returned();
                    }
                });
    }

    /** Gives back everything that the entry has; the stage is complete when the store has been told. */
    CompletableFuture<Void> returnAll(LeaseEntry entry) {
        Returns returns;
        synchronized (entry) {
            long now = clock.nanos();
            entry.gone = true;
            entry.lease.giveUp(now);
            returns = Returns.of(entry.lease, now);
        }
        return send(entry, returns);
    }
}
