package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterWindowStoreIT extends WindowLeaseContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final RedisWindowStore store =
            new RedisWindowStore(TestRedis.cluster().backend().dispatcher(), keys, clock);

    @Override
    protected RedisWindowStore store() {
        return store;
    }
}
