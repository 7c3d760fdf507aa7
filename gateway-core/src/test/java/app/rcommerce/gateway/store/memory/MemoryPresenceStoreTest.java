package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.PresenceStoreContract;
import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.time.HandClock;

class MemoryPresenceStoreTest extends PresenceStoreContract {

    private final HandClock clock = new HandClock();
    private final PresenceStore store = new MemoryPresenceStore(clock);

    @Override
    protected PresenceStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
