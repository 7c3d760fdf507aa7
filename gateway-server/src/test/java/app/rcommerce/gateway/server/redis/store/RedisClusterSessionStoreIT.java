package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.SessionStoreContract;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterSessionStoreIT extends SessionStoreContract {

    private final SessionStore store = TestRedis.cluster().fresh().sessions();

    @Override
    protected SessionStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
