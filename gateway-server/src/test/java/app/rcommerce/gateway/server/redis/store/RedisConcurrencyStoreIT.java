package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.ConcurrencyStoreContract;
import app.rcommerce.gateway.store.Passage;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisConcurrencyStoreIT extends ConcurrencyStoreContract {

    private final ConcurrencyStore store = TestRedis.single().fresh().slots();

    @Override
    protected ConcurrencyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
