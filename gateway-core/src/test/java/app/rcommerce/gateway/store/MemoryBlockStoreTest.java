package app.rcommerce.gateway.store;

import app.rcommerce.gateway.time.HandClock;

class MemoryBlockStoreTest extends BlockStoreContract {

    private final HandClock clock = new HandClock();
    private final BlockStore store = new MemoryBlockStore(clock);

    @Override
    protected BlockStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
