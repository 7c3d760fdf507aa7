package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.bounded.BoundedCache;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.lease.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The lease of one identifier over a list of meters, with the requests that wait for it. Everything but the key is
 * guarded by the entry's own lock.
 */
final class LeaseEntry extends BoundedCache.Entry<LeaseEntry.Key> {

    /** The identifier and the meters of a lease. */
    record Key(Identifier identifier, Meters meters) {

        // By hand, since the JVM hardly inlines what it makes for records, and each request compares two.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key same && identifier.equals(same.identifier) && meters.equals(same.meters);
        }

        @Override
        public int hashCode() {
            return 31 * identifier.hashCode() + meters.hashCode();
        }
    }

    /** A request that waits for an answer. */
    record Waiter(CompletableFuture<Decision> decision, long permits) {}

    final Lease lease;
    /** Null while nobody waits, as is so nearly always of nearly all entries. */
    private @Nullable Deque<Waiter> waiting;

    boolean asking;
    boolean swept;
    /** The tick at which {@link DueEntries} has it next. */
    long dueTick = Long.MIN_VALUE;

    boolean hurried;
    /** Whether nobody finds it any more: who waits yet is served, and what is held goes back. */
    boolean gone;

    int generation;

    /** An entry; one that will hardly be remembered until its identifier comes again is {@code seldom}. */
    LeaseEntry(Key key, boolean seldom, long now) {
        super(key);
        this.lease = Lease.of(key.meters(), seldom, now);
    }

    /** Whether a request waits. */
    boolean isAwaited() {
        return waiting != null;
    }

    /** Adds a request that waits. */
    void await(Waiter waiter) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(waiter);
    }

    /** Those who wait, who do so no longer. */
    List<Waiter> dismiss() {
        List<Waiter> all = waiting == null ? List.of() : List.copyOf(waiting);
        waiting = null;
        return all;
    }

    /** The request to the store for all requests that wait; for one that may come where none does. */
    LeaseRequest requestOfWaiting(int nodes, long now) {
        Deque<Waiter> line = waiting;
        if (line == null) {
            return requestAhead(nodes, now);
        }
        long all = 0;
        for (Waiter waiter : line) {
            all += waiter.permits();
        }
        return lease.request(line.getFirst().permits(), all, nodes, now);
    }

    /** The request to the store ahead of need. */
    LeaseRequest requestAhead(int nodes, long now) {
        return lease.request(1, 0, nodes, now);
    }

    /**
     * Admits the requests that wait, as far as there are permits, as of the time at which the permits were asked for.
     */
    void serve(long asOf, List<Waiter> served, List<Decision> answers) {
        Deque<Waiter> line = waiting;
        while (line != null && !line.isEmpty()) {
            Decision decision = lease.use(line.getFirst().permits(), asOf);
            if (decision == null) {
                return;
            }
            served.add(line.removeFirst());
            answers.add(decision);
        }
        waiting = null;
    }

    /** Forgets the permits that are held and those that are under way, since there may have been a reset. */
    synchronized void forget(long now) {
        lease.forget(now);
        generation++;
    }

    /** Forgets everything, since the counts have been reset. */
    synchronized void reset(long now) {
        lease.reset(now);
        generation++;
    }
}
