package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisWindowStoreIT extends WindowLeaseContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final RedisWindowStore store =
            new RedisWindowStore(TestRedis.single().backend().dispatcher(), keys, clock);

    @Override
    protected RedisWindowStore store() {
        return store;
    }
}
