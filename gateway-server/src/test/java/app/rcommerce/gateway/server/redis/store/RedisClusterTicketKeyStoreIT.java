package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.TicketKeyStore;
import app.rcommerce.gateway.store.TicketKeyStoreContract;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterTicketKeyStoreIT extends TicketKeyStoreContract {

    private final TicketKeyStore store = TestRedis.cluster().fresh().ticketKeys();

    @Override
    protected TicketKeyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
