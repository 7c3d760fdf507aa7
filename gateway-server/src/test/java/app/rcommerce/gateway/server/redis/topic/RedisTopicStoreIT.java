package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import org.junit.jupiter.api.Tag;

@Tag("redis")
class RedisTopicStoreIT extends TwoNodesTopicStoreContract {

    RedisTopicStoreIT() throws Exception {
        super(TestRedis.single(), RedisServers.single().port());
    }
}
