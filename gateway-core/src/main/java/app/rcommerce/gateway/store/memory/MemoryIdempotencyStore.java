package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is kept under idempotency keys, in the memory of this process: a bounded number of entries and of bytes. Beyond
 * them the oldest answers leave; where only requests under way are left, no more begin. Safe for any thread.
 */
public final class MemoryIdempotencyStore implements IdempotencyStore {

    /** About what an entry takes beside its answer, in bytes. */
    private static final long ENTRY_BYTES = 500;

    private record Entry(Claim claim, @Nullable Reply answer, long untilMillis, long bytes) {}

    private final Clock clock;
    private final int mostEntries;
    private final long mostBytes;
    /** In the order in which they were begun or answered. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private long bytes;

    /** An empty store of at most so many entries and bytes. */
    public MemoryIdempotencyStore(Clock clock, int mostEntries, long mostBytes) {
        this.clock = clock;
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    @Override
    public synchronized CompletionStage<Begun> begin(Claim claim, Duration life) {
        Entry known = find(claim.key());
        if (known == null) {
            if (!makeRoom(ENTRY_BYTES)) {
                return CompletableFuture.failedFuture(
                        new StoreUnavailable("as many requests with idempotency keys are under way as there may be"));
            }
            put(new Entry(claim, null, until(life), ENTRY_BYTES));
            return CompletableFuture.completedFuture(new Begun.First());
        }
        return CompletableFuture.completedFuture(known(known, claim));
    }

    private static Begun known(Entry known, Claim claim) {
        if (!known.claim().fingerprint().equals(claim.fingerprint())) {
            return new Begun.OtherRequest();
        }
        if (known.answer() != null) {
            return new Begun.Answered(known.answer());
        }
        return known.claim().holder().equals(claim.holder()) ? new Begun.First() : new Begun.InProgress();
    }

    @Override
    public synchronized CompletionStage<Boolean> finish(Claim claim, Reply answer, Duration kept) {
        Entry known = find(claim.key());
        if (known != null && !known.claim().holder().equals(claim.holder())) {
            return CompletableFuture.completedFuture(false);
        }
        remove(claim.key());
        long size = ENTRY_BYTES + answer.body().length;
        for (Field field : answer.fields()) {
            size += field.name().length() + field.value().length() + 100L;
        }
        boolean fits = makeRoom(size);
        if (fits) {
            put(new Entry(claim, answer, until(kept), size));
        }
        return CompletableFuture.completedFuture(fits);
    }

    @Override
    public synchronized CompletionStage<Boolean> release(Claim claim) {
        Entry known = find(claim.key());
        boolean own = known != null
                && known.answer() == null
                && known.claim().holder().equals(claim.holder());
        if (own) {
            remove(claim.key());
        }
        return CompletableFuture.completedFuture(own);
    }

    private long until(Duration life) {
        return clock.millis() + Math.max(1, life.toMillis());
    }

    private @Nullable Entry find(String key) {
        Entry entry = entries.get(key);
        if (entry == null || entry.untilMillis() > clock.millis()) {
            return entry;
        }
        remove(key);
        return null;
    }

    private void put(Entry entry) {
        entries.put(entry.claim().key(), entry);
        bytes += entry.bytes();
    }

    private void remove(String key) {
        Entry entry = entries.remove(key);
        bytes -= entry == null ? 0 : entry.bytes();
    }

    /** Removes what has ended, from the oldest on, and as many of the oldest answers as stand in the way. */
    private boolean makeRoom(long more) {
        long now = clock.millis();
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            boolean fits = entries.size() < mostEntries && bytes + more <= mostBytes;
            boolean ended = entry.untilMillis() <= now;
            if (fits && !ended) {
                return true;
            }
            if (ended || entry.answer() != null) {
                oldest.remove();
                bytes -= entry.bytes();
            }
        }
        return entries.size() < mostEntries && bytes + more <= mostBytes;
    }
}
