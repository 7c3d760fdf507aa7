package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.RevocationStoreContract;
import app.rcommerce.gateway.time.HandClock;

class MemoryRevocationStoreTest extends RevocationStoreContract {

    private final HandClock clock = new HandClock();
    private final RevocationStore store = new MemoryRevocationStore(clock);

    @Override
    protected RevocationStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
