package app.rcommerce.gateway.store;

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
