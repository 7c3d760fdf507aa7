package app.rcommerce.gateway.store;

import app.rcommerce.gateway.time.HandClock;

class MemoryConcurrencyStoreTest extends ConcurrencyStoreContract {

    private final ConcurrencyStore store = new MemoryConcurrencyStore();

    @Override
    protected ConcurrencyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(new HandClock());
    }
}
