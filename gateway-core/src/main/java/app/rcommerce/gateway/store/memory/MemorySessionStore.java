package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.session.LoginSession;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The login sessions in the memory of this process. Their number is bounded: beyond it the one that was saved or
 * touched longest ago ends. Safe for any thread.
 */
public final class MemorySessionStore implements SessionStore {

    /** The most sessions at a time. */
    static final int MOST = 100_000;

    private record Entry(LoginSession session, long untilMillis) {}

    private final Clock clock;
    /** By id, the one that was saved or touched longest ago first. */
    private final Map<SessionId, Entry> entries = new LinkedHashMap<>();

    /** A store without sessions. */
    public MemorySessionStore(Clock clock) {
        this.clock = clock;
    }

    private @Nullable Entry living(SessionId id) {
        Entry entry = entries.get(id);
        if (entry != null && entry.untilMillis() <= clock.millis()) {
            entries.remove(id);
            return null;
        }
        return entry;
    }

    @Override
    public synchronized CompletionStage<@Nullable LoginSession> find(SessionId id) {
        Entry entry = living(id);
        return CompletableFuture.completedFuture(entry == null ? null : entry.session());
    }

    @Override
    public synchronized CompletionStage<Void> save(SessionId id, String record, Duration life) {
        LoginSession session = SessionRecord.parse(id, record);
        entries.remove(id);
        if (session != null) {
            put(id, session, life);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void put(SessionId id, LoginSession session, Duration life) {
        entries.put(id, new Entry(session, clock.millis() + Math.max(1, life.toMillis())));
        Iterator<SessionId> oldest = entries.keySet().iterator();
        while (entries.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public synchronized CompletionStage<Boolean> touch(SessionId id, Duration life) {
        Entry entry = living(id);
        if (entry != null) {
            entries.remove(id);
            put(id, entry.session(), life);
        }
        return CompletableFuture.completedFuture(entry != null);
    }

    @Override
    public synchronized CompletionStage<Boolean> end(SessionId id) {
        boolean found = living(id) != null;
        entries.remove(id);
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public synchronized CompletionStage<Integer> end(@Nullable Identifier user, @Nullable String digest) {
        int before = entries.size();
        entries.entrySet()
                .removeIf(each -> (user == null
                                || each.getValue().session().user().equals(user))
                        && (digest == null || each.getValue().session().digest().equals(digest)));
        return CompletableFuture.completedFuture(before - entries.size());
    }

    @Override
    public synchronized CompletionStage<List<Listed>> list(@Nullable Identifier user, int most) {
        long now = clock.millis();
        return CompletableFuture.completedFuture(entries.entrySet().stream()
                .filter(each -> each.getValue().untilMillis() > now)
                .filter(each -> user == null || each.getValue().session().user().equals(user))
                .limit(most)
                .map(each -> new Listed(
                        each.getValue().session(),
                        Duration.ofMillis(each.getValue().untilMillis() - now)))
                .toList());
    }
}
