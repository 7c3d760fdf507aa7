package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tickets in the memory of this process, a bounded number: beyond it the oldest is forgotten. Safe for any thread. */
public final class MemoryEntryTicketStore implements EntryTicketStore {

    private static final int MOST = 50_000;

    private record Kept(String caller, long untilMillis) {}

    private final Clock clock;
    private final Map<String, Kept> entries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MOST || eldest.getValue().untilMillis() <= clock.millis();
        }
    };

    /** A store without tickets. */
    public MemoryEntryTicketStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<Void> put(String digest, String caller, Duration life) {
        entries.put(digest, new Kept(caller, clock.millis() + Math.max(1, life.toMillis())));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<@Nullable String> take(String digest) {
        Kept entry = entries.remove(digest);
        return CompletableFuture.completedFuture(
                entry == null || entry.untilMillis() <= clock.millis() ? null : entry.caller());
    }
}
