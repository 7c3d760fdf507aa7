package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.LimitStoreContract;
import app.rcommerce.gateway.store.Passage;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterLimitStoreIT extends LimitStoreContract {

    private final LimitStore store = TestRedis.cluster().fresh().limits();

    @Override
    protected LimitStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }

    @Override
    protected int schedules() {
        return 1;
    }
}
