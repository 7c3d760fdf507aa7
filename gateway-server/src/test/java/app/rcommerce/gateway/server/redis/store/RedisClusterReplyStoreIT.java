package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.ReplyStoreContract;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterReplyStoreIT extends ReplyStoreContract {

    private final ReplyStore store = TestRedis.cluster().fresh().replies();

    @Override
    protected ReplyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
