package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of WebSockets in the memory of this process. Their number is bounded: beyond it the one that was written
 * longest ago goes. Safe for any thread.
 */
public final class MemorySocketStore implements SocketStore {

    /** The most records at a time. */
    static final int MOST = 100_000;

    private record Entry(SocketRecord record, long untilMillis) {}

    private final Clock clock;
    /** By id, the one that was written longest ago first. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A store without records. */
    public MemorySocketStore(Clock clock) {
        this.clock = clock;
    }

    private @Nullable SocketRecord living(String id) {
        Entry entry = entries.get(id);
        if (entry != null && entry.untilMillis() <= clock.millis()) {
            entries.remove(id);
            return null;
        }
        return entry == null ? null : entry.record();
    }

    private void put(SocketRecord record, Duration life) {
        entries.remove(record.id());
        entries.put(record.id(), new Entry(record, clock.millis() + Math.max(1, life.toMillis())));
        Iterator<String> oldest = entries.keySet().iterator();
        while (entries.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    private boolean isTaken(SocketRecord record) {
        SocketRecord found = living(record.id());
        return found != null && !found.holder().isEmpty() && !found.holder().equals(record.holder());
    }

    @Override
    public synchronized CompletionStage<Void> save(SocketRecord record, Duration life) {
        put(record, life);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<List<Outcome>> touch(List<SocketRecord> records, Duration life) {
        List<Outcome> outcomes = new ArrayList<>(records.size());
        for (SocketRecord record : records) {
            boolean taken = isTaken(record);
            if (!taken) {
                put(record, life);
            }
            outcomes.add(taken ? Outcome.TAKEN : Outcome.WRITTEN);
        }
        return CompletableFuture.completedFuture(outcomes);
    }

    @Override
    public synchronized CompletionStage<Boolean> remove(SocketRecord record) {
        boolean removed = !isTaken(record) && entries.remove(record.id()) != null;
        return CompletableFuture.completedFuture(removed);
    }

    @Override
    public synchronized CompletionStage<Void> release(SocketRecord record, Duration life) {
        if (!isTaken(record)) {
            put(record.released(), life);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<@Nullable SocketRecord> find(String id) {
        return CompletableFuture.completedFuture(living(id));
    }

    @Override
    public CompletionStage<List<SocketRecord>> byUser(Identifier user, int most) {
        return list(record -> user.equals(record.user()), most);
    }

    @Override
    public CompletionStage<List<SocketRecord>> byAddress(String address, int most) {
        return list(record -> address.equals(record.address()), most);
    }

    @Override
    public CompletionStage<List<SocketRecord>> all(int most) {
        return list(record -> true, most);
    }

    private synchronized CompletionStage<List<SocketRecord>> list(Predicate<SocketRecord> wanted, int most) {
        long now = clock.millis();
        return CompletableFuture.completedFuture(entries.values().stream()
                .filter(entry -> entry.untilMillis() > now)
                .map(Entry::record)
                .filter(wanted)
                .limit(most)
                .toList());
    }
}
