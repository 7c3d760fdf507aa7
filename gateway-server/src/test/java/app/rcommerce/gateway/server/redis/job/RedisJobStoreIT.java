package app.rcommerce.gateway.server.redis.job;

import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStoreContract;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisJobStoreIT extends JobStoreContract {

    private final JobStore store =
            TestRedis.single().stores(TestRedis.freshKeys()).jobs();

    @Override
    protected JobStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
