package app.rcommerce.gateway.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.SocketStoreContract;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemorySocketStoreTest extends SocketStoreContract {

    private final HandClock clock = new HandClock();
    private final MemorySocketStore store = new MemorySocketStore(clock);

    @Override
    protected SocketStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    @Test
    void beyondTheMostTheOneThatWasWrittenLongestAgoGoes() {
        for (int i = 0; i <= MemorySocketStore.MOST; i++) {
            now(store.save(record("socket-number-" + i, "a", null, "203.0.113.9"), Duration.ofHours(1)));
        }
        assertThat(now(store.find("socket-number-0"))).isNull();
        assertThat(now(store.find("socket-number-1"))).isNotNull();
    }
}
