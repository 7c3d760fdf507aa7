package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.TicketKeyStore;
import app.rcommerce.gateway.store.TicketKeyStoreContract;
import app.rcommerce.gateway.time.HandClock;

class MemoryTicketKeyStoreTest extends TicketKeyStoreContract {

    private final HandClock clock = new HandClock();
    private final TicketKeyStore store = new MemoryTicketKeyStore(clock);

    @Override
    protected TicketKeyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
