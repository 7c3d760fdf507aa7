package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.ReplyStoreContract;
import app.rcommerce.gateway.time.HandClock;

class MemoryReplyStoreTest extends ReplyStoreContract {

    private final HandClock clock = new HandClock();
    private final ReplyStore store = new MemoryReplyStore(clock, 10_000_000);

    @Override
    protected ReplyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
