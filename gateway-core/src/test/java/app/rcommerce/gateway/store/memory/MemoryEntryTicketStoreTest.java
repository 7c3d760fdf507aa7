package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.EntryTicketStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.time.HandClock;

class MemoryEntryTicketStoreTest extends EntryTicketStoreContract {

    private final HandClock clock = new HandClock();
    private final EntryTicketStore store = new MemoryEntryTicketStore(clock);

    @Override
    protected EntryTicketStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
