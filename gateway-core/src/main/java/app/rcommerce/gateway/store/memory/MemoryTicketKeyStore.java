package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.TicketKeyStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The keys of session tickets in the memory of this process: those whose time has not passed. Safe for any thread. */
public final class MemoryTicketKeyStore implements TicketKeyStore {

    private record Entry(String key, long untilMillis) {}

    private final Clock clock;
    private final Map<Long, Entry> entries = new HashMap<>();

    /** A store without keys. */
    public MemoryTicketKeyStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<String> keep(long period, String proposed, Duration life) {
        long now = clock.millis();
        entries.values().removeIf(entry -> entry.untilMillis() <= now);
        Entry entry = entries.computeIfAbsent(period, none -> new Entry(proposed, now + Math.max(1, life.toMillis())));
        return CompletableFuture.completedFuture(entry.key());
    }
}
