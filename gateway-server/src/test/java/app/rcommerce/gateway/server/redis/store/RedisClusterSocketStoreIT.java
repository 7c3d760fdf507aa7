package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.SocketRecords;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.SocketStoreContract;
import app.rcommerce.gateway.store.socket.SocketStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("redis")
@ParameterizedClass
@EnumSource(
        value = SocketRecords.class,
        names = {"HASH", "JSON"})
class RedisClusterSocketStoreIT extends SocketStoreContract {

    private final SocketStore store;

    RedisClusterSocketStoreIT(SocketRecords form) {
        store = TestRedis.cluster().stores(TestRedis.freshKeys(), form).sockets();
    }

    @Override
    protected SocketStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
