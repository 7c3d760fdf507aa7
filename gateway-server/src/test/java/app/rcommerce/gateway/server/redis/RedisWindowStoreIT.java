package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.WindowStoreContract;

class RedisWindowStoreIT extends WindowStoreContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final LimitStore store =
            new RedisWindowStore(TestRedis.single().backend().gatherer(), keys, clock);

    @Override
    protected LimitStore store() {
        return store;
    }
}
