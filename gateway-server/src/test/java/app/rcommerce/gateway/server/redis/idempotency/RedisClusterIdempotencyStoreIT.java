package app.rcommerce.gateway.server.redis.idempotency;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore;
import app.rcommerce.gateway.store.idempotency.IdempotencyStoreContract;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterIdempotencyStoreIT extends IdempotencyStoreContract {

    private final IdempotencyStore store =
            TestRedis.cluster().stores(TestRedis.freshKeys()).idempotency();

    @Override
    protected IdempotencyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
