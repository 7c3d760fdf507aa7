package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.RevocationStoreContract;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterRevocationStoreIT extends RevocationStoreContract {

    private final RevocationStore store = TestRedis.cluster().fresh().revocations();

    @Override
    protected RevocationStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
