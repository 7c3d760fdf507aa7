package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.WindowStoreContract;

class MemoryWindowStoreTest extends WindowStoreContract {

    private final LimitStore store = new MemoryLimitStore(clock, 1 << 20);

    @Override
    protected LimitStore store() {
        return store;
    }
}
