package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A limit store that passes every request on to another store and remembers the last decisions, so that this node knows
 * how much was left when the store no longer answers. Bounded; safe for any thread.
 */
public final class AnsweredLimitStore implements LimitStore {

    /** The approximate memory of an identifier and its last decision, in bytes. */
    private static final int ENTRY_BYTES = 400;

    private record LastDecision(Decision decision, long atNanos) {}

    private final LimitStore store;
    private final Clock clock;
    private final Cache<LeaseEntry.Key, LastDecision> last;

    /** Remembers decisions of the store in about {@code mostBytes} of memory at most. */
    public AnsweredLimitStore(LimitStore store, Clock clock, long mostBytes) {
        this.store = store;
        this.clock = clock;
        this.last = Caffeine.newBuilder()
                .maximumSize(Math.max(16, mostBytes / ENTRY_BYTES))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        return store.take(identifier, meters, permits).thenApply(decision -> {
            last.put(new LeaseEntry.Key(identifier, Meters.of(meters)), new LastDecision(decision, clock.nanos()));
            return decision;
        });
    }

    @Override
    public List<@Nullable Known> known(Identifier identifier, List<Meter> meters) {
        LastDecision found = last.getIfPresent(new LeaseEntry.Key(identifier, Meters.of(meters)));
        return found == null ? List.of() : List.copyOf(Known.of(found.decision(), found.atNanos()));
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Decision decision) {
        return store.giveBack(identifier, meters, permits, decision);
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
        return store.reset(identifier);
    }
}
