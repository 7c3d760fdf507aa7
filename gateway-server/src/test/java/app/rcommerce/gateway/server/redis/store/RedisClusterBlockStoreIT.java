package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.BlockStoreContract;
import app.rcommerce.gateway.store.Passage;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterBlockStoreIT extends BlockStoreContract {

    private final BlockStore store = TestRedis.cluster().fresh().blocks();

    @Override
    protected BlockStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
