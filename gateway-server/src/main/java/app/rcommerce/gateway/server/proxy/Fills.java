package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheKeys;
import app.rcommerce.gateway.cache.CacheStatus.Forward;
import app.rcommerce.gateway.cache.Freshness;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;

/**
 * The fills of this node, at most one per key, so that requests which miss together cost the upstream one request.
 * Their number is bounded by the requests under way, and the bytes that they keep by one budget. Safe for any thread.
 */
public final class Fills {

    /** The role of a request: it leads a fill, joins one, or goes on alone. */
    sealed interface Role {
        /** The request asks the upstream and feeds the fill. */
        record Lead(Fill fill) implements Role {}

        /** Another request asks the upstream, and this one reads its fill. */
        record Join(Follower follower, String cacheStatus) implements Role {}

        /** The request asks the upstream for itself, and its reply is not stored, for a reason of {@link NotStored}. */
        record Alone(String notStored) implements Role {}
    }

    private static final int STRIPES = 4096;

    private final NearReplies store;
    private final Clock clock;
    private final MemoryBudget budget;
    private final AtomicLong generation = new AtomicLong();
    /**
     * Counts of invalidations, of several keys each: all are compared, so a neighbour's costs a stored reply at most.
     */
    private final AtomicLongArray invalidations = new AtomicLongArray(STRIPES);
    /** Counts of notified changes, likewise of several keys each; changes by this node are among them. */
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

    private final ConcurrentHashMap<CacheKey, Fill> fills = new ConcurrentHashMap<>();

    /** Fills into the store, which keep as much as the budget allows. */
    public Fills(NearReplies store, Clock clock, MemoryBudget budget) {
        this.budget = budget;
        this.store = store;
        this.clock = clock;
        store.whenChanged(key -> changes.incrementAndGet(stripe(key)));
    }

    /** Keeps what has been asked of an upstream up to now from being stored, since a purge has been ordered. */
    public void purged() {
        generation.incrementAndGet();
        fills.clear();
    }

    /**
     * What is stored under the key, and what has been asked of an upstream for it up to now, is worthless: an unsafe
     * request has changed it. Later requests ask the upstream.
     */
    void invalidate(CacheKey primary) {
        invalidations.incrementAndGet(stripe(primary));
        fills.remove(primary);
        store.remove(primary);
    }

    private static int stripe(CacheKey primary) {
        return (primary.digest().hashCode() & Integer.MAX_VALUE) % STRIPES;
    }

    /** The largest entry that the budget has room for: kept once, put together once, and twice in the store's form. */
    public long mostEntryBytes() {
        return budget.most() / 4;
    }

    MemoryBudget budget() {
        return budget;
    }

    /**
     * When a reply was begun, in purges and invalidations.
     *
     * @param own those of this node
     * @param told what the store has told of the key, whoever changed it
     * @param shared what the store called the last purge
     */
    record Generation(long own, long told, String shared) {}

    Generation generation(CacheKey primary) {
        return new Generation(own(primary), changes.get(stripe(primary)), store.generation());
    }

    private long own(CacheKey primary) {
        return generation.get() + invalidations.get(stripe(primary));
    }

    /** Finds the part that a request plays which was not answered from the store. */
    Role part(Call call, CacheLookup lookup, Leader leader, FillReader reader) {
        if (!lookup.isFillable(call.request().method())) {
            Freshness.Reason why = lookup.why() == Forward.METHOD ? Freshness.Reason.METHOD : Freshness.Reason.REQUEST;
            return new Role.Alone(why.label());
        }
        if (budget.isSpent()) {
            return new Role.Alone(NotStored.NO_MEMORY);
        }
        Fill mine = new Fill(this, call, lookup, leader, clock.millis());
        if (!lookup.isCollapsible()) {
            return new Role.Lead(mine);
        }
        Fill other = fills.putIfAbsent(lookup.primary(), mine);
        if (other == null) {
            return new Role.Lead(mine);
        }
        Follower follower = other.join(reader);
        return follower == null
                ? new Role.Alone(NotStored.IN_FLIGHT)
                : new Role.Join(follower, other.collapsedStatus());
    }

    void remove(Fill fill) {
        fills.remove(fill.primary(), fill);
    }

    /**
     * Stores a complete reply, unless it has become worthless; requests find it in its fill until the stage completes.
     */
    CompletionStage<Void> store(
            Fill fill,
            Freshness.Storable storable,
            StoredReply head,
            byte[] body,
            Generation begunIn,
            Headers request) {
        long lifeMillis = head.freshMillis(clock.millis());
        BooleanSupplier wanted = () -> begunIn.own() == own(fill.primary());
        if (!wanted.getAsBoolean() || begunIn.told() != changes.get(stripe(fill.primary())) || lifeMillis <= 0) {
            return CompletableFuture.completedFuture(null);
        }
        StoredReply whole = new StoredReply(
                head.path(),
                head.status(),
                head.fields(),
                body,
                head.storedAtMillis(),
                head.freshUntilMillis(),
                head.varyNames(),
                head.shareable());
        Duration life = Duration.ofMillis(lifeMillis);
        CompletionStage<Void> stored;
        if (storable.vary().isEmpty()) {
            stored = store.put(fill.primary(), whole, life, begunIn.shared(), wanted);
        } else {
            long salt = fill.salt(storable.vary());
            CacheKey variant = CacheKeys.variant(fill.primary(), storable.vary(), salt, request);
            stored = store.put(variant, whole, life, begunIn.shared(), wanted);
            CompletionStage<Void> marked = store.put(
                    fill.primary(), new VaryMarker(head.path(), storable.vary(), salt), life, begunIn.shared(), wanted);
            stored = stored.thenCompose(done -> marked);
        }
        return stored;
    }

    /** How many replies are on their way. */
    public int size() {
        return fills.size();
    }
}
