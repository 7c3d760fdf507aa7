package app.rcommerce.gateway.store;

import app.rcommerce.gateway.time.HandClock;

class MemoryLimitStoreTest extends LimitStoreContract {

    private final HandClock clock = new HandClock();
    private final LimitStore store = new MemoryLimitStore(clock, 1 << 20);

    @Override
    protected LimitStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
