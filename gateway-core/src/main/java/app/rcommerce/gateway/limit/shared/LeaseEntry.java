package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.lease.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The lease of one identifier over a list of meters, with the requests that wait for it. Everything but the key is
 * guarded by the entry's own lock.
 */
final class LeaseEntry {

    /** The identifier and the meters of a lease. */
    record Key(Identifier identifier, Meters meters) {}

    /** A request that waits for an answer. */
    record Waiter(CompletableFuture<Decision> decision, long permits) {}

    final Key key;
    final Lease lease;
    final Deque<Waiter> waiting = new ArrayDeque<>(0);
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
        this.key = key;
        this.lease = Lease.of(key.meters(), seldom, now);
    }

    /** The request to the store for all requests that wait. */
    LeaseRequest requestOfWaiting(int nodes, long now) {
        long all = 0;
        for (Waiter waiter : waiting) {
            all += waiter.permits();
        }
        return lease.request(waiting.getFirst().permits(), all, nodes, now);
    }

    /**
     * Admits the requests that wait, as far as there are permits, as of the time at which the permits were asked for.
     */
    void serve(long asOf, List<Waiter> served, List<Decision> answers) {
        while (!waiting.isEmpty()) {
            Decision decision = lease.use(waiting.getFirst().permits(), asOf);
            if (decision == null) {
                return;
            }
            served.add(waiting.removeFirst());
            answers.add(decision);
        }
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
