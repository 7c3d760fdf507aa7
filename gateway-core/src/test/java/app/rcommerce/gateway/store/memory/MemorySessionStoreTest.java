package app.rcommerce.gateway.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.SessionStoreContract;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemorySessionStoreTest extends SessionStoreContract {

    private final HandClock clock = new HandClock();
    private final MemorySessionStore store = new MemorySessionStore(clock);

    @Override
    protected SessionStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    @Test
    void beyondTheMostTheOneThatWasUsedLongestAgoEnds() {
        String record = SessionRecord.write("ana", List.of(), 0);
        for (int i = 0; i < MemorySessionStore.MOST; i++) {
            store.save(id(i), record, Duration.ofHours(1));
        }
        store.touch(id(0), Duration.ofHours(1));
        store.save(id(MemorySessionStore.MOST), record, Duration.ofHours(1));
        assertThat(store.find(id(0)).toCompletableFuture().join()).isNotNull();
        assertThat(store.find(id(1)).toCompletableFuture().join()).isNull();
        assertThat(store.find(id(2)).toCompletableFuture().join()).isNotNull();
    }

    private static SessionId id(int number) {
        return new SessionId("session-number-" + (1_000_000 + number));
    }
}
