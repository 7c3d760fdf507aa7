package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.limit.slot.SlotLedger;
import app.rcommerce.gateway.limit.slot.SlotLedgerContract;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import java.time.Duration;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterSlotLedgerIT extends SlotLedgerContract {

    private final KeyTemplates keys = TestRedis.freshKeys();

    @Override
    protected SlotLedger of(String node, Duration life) {
        return new RedisSlotLedger(TestRedis.cluster().dispatcher(), keys, node, life);
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
