package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A limit store that also grants leases: several permits at once, before they are used. Safe for any thread. */
public interface LeaseStore extends LimitStore {

    /** Grants permits on every meter, all or nothing, as {@link #take} does. */
    CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request);

    /** Takes back permits that were granted over these meters and not used. */
    CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused);

    @Override
    default CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        return CompletableFuture.allOf(decision.taken(permits).stream()
                // What a node has held is told of by that node alone.
                .filter(unused -> unused.sequence() == 0)
                .map(unused -> giveBack(identifier, meters, unused).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
