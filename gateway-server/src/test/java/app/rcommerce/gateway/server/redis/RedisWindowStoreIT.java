package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;

class RedisWindowStoreIT extends WindowLeaseContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final RedisWindowStore store =
            new RedisWindowStore(TestRedis.single().backend().gatherer(), keys, clock);

    @Override
    protected RedisWindowStore store() {
        return store;
    }
}
