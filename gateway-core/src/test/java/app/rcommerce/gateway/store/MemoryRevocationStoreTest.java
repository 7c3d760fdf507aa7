package app.rcommerce.gateway.store;

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
