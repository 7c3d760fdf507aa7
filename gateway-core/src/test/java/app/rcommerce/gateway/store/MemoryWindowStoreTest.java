package app.rcommerce.gateway.store;

class MemoryWindowStoreTest extends WindowStoreContract {

    private final LimitStore store = new MemoryLimitStore(clock, 1 << 20);

    @Override
    protected LimitStore store() {
        return store;
    }
}
