package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.near.NearAnswers.PendingAnswer;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A near copy of stored replies in the form in which they are served, bounded in bytes. A hit costs no request to the
 * store, and neither decodes nor copies content. An entry is believed until it changes, where changes are told, else
 * for a configured time, and never longer than it is fresh. Whether it may answer a request is still decided each time.
 * That there is no entry under a key is never remembered. Safe for any thread.
 */
public final class NearReplies {

    /** The generation while none is known. A reply that is begun then is not stored. */
    private static final String UNKNOWN = "";

    /**
     * The time for which the generation is not asked for again. An old generation does no harm: it only keeps a reply
     * from being stored.
     */
    private static final long GENERATION_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** The approximate memory of an entry beside its content, in bytes. */
    private static final int ENTRY_BYTES = 1024;

    private static final CompletableFuture<@Nullable StoredEntry> NONE = CompletableFuture.completedFuture(null);

    private final ReplyStore store;
    private final Clock clock;
    private final NearAnswers<CacheKey, CompletableFuture<@Nullable StoredEntry>> entries;
    private final boolean used;
    /**
     * The look-ups under way, which requests for the same key share, so that a large entry is fetched once and not for
     * each of them.
     */
    private final ConcurrentHashMap<CacheKey, CompletableFuture<@Nullable StoredEntry>> asking =
            new ConcurrentHashMap<>();
    /** The keys of entries that are being removed, each with a token of the last removal. */
    private final ConcurrentHashMap<CacheKey, Object> removing = new ConcurrentHashMap<>();
    /** What is being stored, by key: complete when it has been found that it may stay, or it has been removed. */
    private final ConcurrentHashMap<CacheKey, CompletableFuture<Void>> storing = new ConcurrentHashMap<>();

    private volatile Consumer<CacheKey> listener = key -> {};
    private volatile String generation = UNKNOWN;
    private volatile long generationDueNanos;

    /** A near copy of {@code mostBytes} at most, 0 for none, that believes what {@code near} allows. */
    public NearReplies(ReplyStore store, Near near, Clock clock, long mostBytes) {
        this.store = store;
        this.clock = clock;
        this.used = mostBytes > 0 && !near.strict();
        this.generationDueNanos = clock.nanos();
        this.entries = new NearAnswers<>(near, clock, mostBytes, NearReplies::bytes);
        near.tracking().listen(Tracking.Kind.REPLY, name -> {
            if (name.length() == CacheKey.LENGTH) {
                CacheKey changed = new CacheKey(name);
                forget(changed);
                listener.accept(changed);
            }
        });
    }

    /**
     * Registers a listener for keys that have changed in the store, whoever changed them, where the store tells of
     * changes.
     */
    public void whenChanged(Consumer<CacheKey> toTell) {
        listener = toTell;
    }

    private static int bytes(CompletableFuture<@Nullable StoredEntry> held) {
        return switch (held.join()) {
            case StoredReply reply -> ENTRY_BYTES + reply.body().length;
            case VaryMarker marker -> ENTRY_BYTES;
            case null -> ENTRY_BYTES;
        };
    }

    /**
     * The entry under the key, or null; its content is shared and must not be changed. Fails with
     * {@link StoreUnavailable} where the store cannot answer in time.
     */
    public CompletionStage<@Nullable StoredEntry> find(CacheKey key) {
        if (!removing.isEmpty() && removing.containsKey(key)) {
            // The question could overtake the removal.
            return NONE;
        }
        CompletableFuture<@Nullable StoredEntry> held = used ? entries.find(key) : null;
        if (held != null) {
            return held;
        }
        CompletableFuture<@Nullable StoredEntry> underWay = used ? asking.get(key) : null;
        return underWay == null ? ask(key) : underWay;
    }

    private CompletableFuture<@Nullable StoredEntry> ask(CacheKey key) {
        askGeneration();
        PendingAnswer<CacheKey> pending = entries.ask(key);
        CompletableFuture<byte @Nullable []> asked = store.get(key).toCompletableFuture();
        if (asked.isDone() && !asked.isCompletedExceptionally()) {
            return settle(pending, asked.join());
        }
        CompletableFuture<@Nullable StoredEntry> answer = asked.thenCompose(bytes -> settle(pending, bytes));
        if (used) {
            asking.put(key, answer);
            answer.whenComplete((entry, failure) -> asking.remove(key, answer));
        }
        return answer;
    }

    private void forget(CacheKey key) {
        asking.remove(key);
        entries.forget(key);
    }

    private CompletableFuture<@Nullable StoredEntry> settle(PendingAnswer<CacheKey> pending, byte @Nullable [] bytes) {
        StoredEntry entry = bytes == null ? null : StoredEntry.decode(bytes);
        if (entry == null) {
            return NONE;
        }
        CompletableFuture<@Nullable StoredEntry> found = CompletableFuture.completedFuture(entry);
        if (used) {
            entries.remember(pending, found, freshNanos(entry));
        }
        return found;
    }

    private long freshNanos(StoredEntry entry) {
        if (!(entry instanceof StoredReply reply)) {
            return Long.MAX_VALUE;
        }
        long fresh = Math.min(reply.freshMillis(clock.millis()), TimeUnit.DAYS.toMillis(1));
        return TimeUnit.MILLISECONDS.toNanos(fresh);
    }

    /** Removes an entry; this node does not find it from now on, whether the store can be asked or not. */
    public CompletionStage<Void> remove(CacheKey key) {
        Object mine = new Object();
        removing.put(key, mine);
        forget(key);
        CompletableFuture<Void> removed = store.remove(key).toCompletableFuture();
        // What is being stored may arrive behind the removal, and is found to be unwanted only then.
        CompletableFuture<Void> stored = storing.getOrDefault(key, DONE);
        return CompletableFuture.allOf(removed, stored)
                .handle((done, failure) -> {
                    forget(key);
                    removing.remove(key, mine);
                    return removed;
                })
                .thenCompose(Function.identity());
    }

    /** Asks for the generation together with a reply, so that it is known before the upstream is asked. */
    private void askGeneration() {
        long now = clock.nanos();
        if (generationDueNanos - now <= 0) {
            generationDueNanos = now + GENERATION_NANOS;
            store.generation().whenComplete((name, failure) -> {
                if (failure == null) {
                    generation = name;
                }
            });
        }
    }

    /** The generation that is known now, for {@link #put}; to be read before the upstream is asked. */
    public String generation() {
        return generation;
    }

    /**
     * Stores an entry for the time given, unless there has been a purge since {@code begunIn} was the generation,
     * whether this node was told of it or not. Once the stage has completed, this node finds no older entry.
     *
     * @param wanted whether the entry is still to be stored; called before and after it is stored, since there may be a
     *     removal in between
     */
    public CompletionStage<Void> put(
            CacheKey key, StoredEntry entry, Duration life, String begunIn, BooleanSupplier wanted) {
        if (begunIn.equals(UNKNOWN)) {
            return DONE;
        }
        return store.generation()
                .thenCompose(now -> now.equals(begunIn) && wanted.getAsBoolean()
                        ? putAndLook(key, entry, life, begunIn, wanted)
                        : DONE)
                .whenComplete((done, failure) -> forget(key));
    }

    /**
     * Stores an entry, and then checks that it may stay. A purge changes the generation before it looks for entries,
     * and a removal makes the entry unwanted before it removes it; so either they find the entry, or this check finds
     * them.
     */
    private CompletionStage<Void> putAndLook(
            CacheKey key, StoredEntry entry, Duration life, String begunIn, BooleanSupplier wanted) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        storing.merge(key, mine, CompletableFuture::allOf);
        return store.put(key, entry.encode(), life)
                .thenCompose(done -> store.generation())
                .handle((now, failure) -> failure == null && now.equals(begunIn) && wanted.getAsBoolean())
                .thenCompose(stays -> stays ? DONE : store.remove(key))
                .whenComplete((done, failure) -> {
                    mine.complete(null);
                    storing.computeIfPresent(key, (same, all) -> all.isDone() ? null : all);
                });
    }

    /** Forgets everything, so that the next request asks the store: before and after a purge. */
    public void forgetAll() {
        asking.clear();
        generationDueNanos = clock.nanos();
        entries.forgetAll();
    }
}
