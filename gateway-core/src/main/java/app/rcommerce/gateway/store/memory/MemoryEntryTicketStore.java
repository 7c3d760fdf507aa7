package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tickets in the memory of this process, a bounded number: beyond it the oldest is forgotten. Safe for any thread. */
public final class MemoryEntryTicketStore implements EntryTicketStore {

    private static final int MOST = 50_000;

    private record Kept(String owner, String caller, long untilMillis) {}

    private final Clock clock;
    /** By digest, the one that was put first, first. */
    private final SequencedMap<String, Kept> entries = new LinkedHashMap<>();
    /** Digests, by whose they are. */
    private final Map<String, Set<String>> owners = new HashMap<>();

    /** A store without tickets. */
    public MemoryEntryTicketStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<Boolean> put(String digest, String owner, String caller, Duration life) {
        for (String own : List.copyOf(owners.getOrDefault(owner, Set.of()))) {
            Kept entry = entries.get(own);
            if (entry != null && isOver(entry)) {
                remove(own);
            }
        }
        while (!entries.isEmpty()
                && (entries.size() >= MOST || isOver(entries.firstEntry().getValue()))) {
            remove(entries.firstEntry().getKey());
        }
        Set<String> own = owners.computeIfAbsent(owner, added -> new HashSet<>());
        if (own.size() >= MOST_OF_ONE) {
            return CompletableFuture.completedFuture(false);
        }
        own.add(digest);
        entries.put(digest, new Kept(owner, caller, clock.millis() + Math.max(1, life.toMillis())));
        return CompletableFuture.completedFuture(true);
    }

    private boolean isOver(Kept entry) {
        return entry.untilMillis() <= clock.millis();
    }

    private @Nullable Kept remove(String digest) {
        Kept entry = entries.remove(digest);
        Set<String> own = entry == null ? null : owners.get(entry.owner());
        if (entry != null && own != null && own.remove(digest) && own.isEmpty()) {
            owners.remove(entry.owner());
        }
        return entry;
    }

    @Override
    public synchronized CompletionStage<@Nullable String> take(String digest) {
        Kept entry = remove(digest);
        return CompletableFuture.completedFuture(entry == null || isOver(entry) ? null : entry.caller());
    }
}
