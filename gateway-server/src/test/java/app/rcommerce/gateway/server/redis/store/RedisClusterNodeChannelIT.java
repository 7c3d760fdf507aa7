package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.node.NodeChannelContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisClusterNodeChannelIT extends NodeChannelContract {

    private RedisBackend here;
    private RedisBackend there;

    @BeforeEach
    void connect() {
        var keys = TestRedis.freshKeys();
        here = TestRedis.cluster().another(keys);
        there = TestRedis.cluster().another(keys);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Override
    protected NodeChannel here() {
        return here.nodeChannel();
    }

    @Override
    protected NodeChannel there() {
        return there.nodeChannel();
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }
}
