package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Grant;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Unused;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Counts that also grant several permits at once, before they are used. Safe for any thread. */
public interface LeaseStore extends LimitStore {

    /**
     * How many permits are wanted.
     *
     * @param least without which nothing is granted, at least 1
     * @param most no more than these; more than the least only as far as every meter has plenty
     * @param unused what goes back first, of an earlier grant over the same meters
     */
    record Wish(long least, long most, Unused unused) {}

    /** Counts permits on every meter, all or nothing, as {@link #take} does. */
    CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, Wish wish);

    /** Takes back what was granted over these meters and not used. */
    CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused);
}
