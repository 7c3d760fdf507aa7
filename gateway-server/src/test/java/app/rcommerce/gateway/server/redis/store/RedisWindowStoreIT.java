package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.TestRedis;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisWindowStoreIT extends WindowLeaseContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final RedisWindowStore store =
            new RedisWindowStore(TestRedis.single().dispatcher(), keys, clock);

    @Override
    protected RedisWindowStore store() {
        return store;
    }
}
