package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.EntryTicketStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterEntryTicketStoreIT extends EntryTicketStoreContract {

    private final EntryTicketStore store = TestRedis.cluster().fresh().entryTickets();

    @Override
    protected EntryTicketStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
