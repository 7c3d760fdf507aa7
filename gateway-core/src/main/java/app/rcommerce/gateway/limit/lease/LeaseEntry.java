package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The lease of one identifier over some meters, and who waits for it. Under its own lock but for the key. */
final class LeaseEntry {

    /** Whose lease it is, and over what. */
    record Key(Identifier identifier, Meters meters) {}

    /** Somebody who waits for an answer. */
    record Waiter(CompletableFuture<Decision> decision, long permits) {}

    final Key key;
    final Lease lease;
    final Deque<Waiter> waiting = new ArrayDeque<>(0);
    boolean asking;
    boolean swept;
    boolean hurried;
    int generation;

    LeaseEntry(Key key, long now) {
        this.key = key;
        this.lease = new Lease(key.meters(), now);
    }

    /** What to ask for all who wait. */
    LeaseRequest requestOfWaiting(int nodes, long now) {
        long all = 0;
        for (Waiter waiter : waiting) {
            all += waiter.permits();
        }
        return lease.request(waiting.getFirst().permits(), all, nodes, now);
    }

    /** Those who waited for an answer are admitted as of when it was asked for. */
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

    /** What is in hand counts no more, nor does what is under way: there may have been a reset. */
    synchronized void forget(long now) {
        lease.forget(now);
        generation++;
    }

    /** There has been a reset. */
    synchronized void reset(long now) {
        lease.reset(now);
        generation++;
    }
}
