package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.PresenceStoreContract;
import app.rcommerce.gateway.store.topic.PresenceStore;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisPresenceStoreIT extends PresenceStoreContract {

    private final PresenceStore store = TestRedis.single().fresh().presence();

    @Override
    protected PresenceStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
