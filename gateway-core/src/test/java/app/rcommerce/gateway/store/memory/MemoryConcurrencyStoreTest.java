package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.ConcurrencyStoreContract;
import app.rcommerce.gateway.store.Passage;
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
