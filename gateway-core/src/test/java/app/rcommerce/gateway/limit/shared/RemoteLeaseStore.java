package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.store.LeaseStore;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A store at the other end of a network: what becomes of a call the test says. */
abstract class RemoteLeaseStore implements LeaseStore {

    final LeaseStore store;

    RemoteLeaseStore(LeaseStore store) {
        this.store = store;
    }

    /** Asks the store, at some time or never. */
    abstract <T> CompletionStage<T> call(Supplier<CompletionStage<T>> asked);

    @Override
    public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request) {
        return call(() -> store.lease(identifier, meters, request));
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused) {
        return call(() -> store.giveBack(identifier, meters, unused));
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        return call(() -> store.take(identifier, meters, permits));
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        return call(() -> store.charge(identifier, meters, permits));
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        return call(() -> store.usage(identifier, meters));
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        return call(() -> store.reset(identifier));
    }
}
