package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.LimitStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.time.Clock;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisLeasingLimitStoreIT extends LimitStoreContract {

    private final LimitStore store =
            new LeasingLimitStore(TestRedis.single().fresh().limits(), () -> 1, Clock.system(), 1 << 20);

    @Override
    protected LimitStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }

    /** As many as the dearest request of the schedules costs. */
    @Override
    protected int stranded() {
        return 3;
    }

    @Override
    protected int schedules() {
        return 1;
    }
}
