package app.rcommerce.gateway.server.redis.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.TopicFeed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("redis")
class RedisClusterTopicStoreIT extends TwoNodesTopicStoreContract {

    RedisClusterTopicStoreIT() throws Exception {
        super(TestRedis.cluster(), RedisServers.cluster().get(1).port());
    }

    /** What only the gateway publishes need not go over the bus of the whole cluster, where Redis is new enough. */
    @Test
    void whatIsPublishedReliablyGoesByTheShard() throws Exception {
        Object sharded = publisher().send("COMMAND", "INFO", "SSUBSCRIBE");
        assumeTrue(sharded instanceof List<?> list && list.getFirst() instanceof List<?>, "Redis 7.0 or newer");
        TopicFeed feed = new TopicFeed(name(), name(), new History(10, Duration.ofMinutes(1)), true);
        HeardMessages heard = new HeardMessages();
        store().listen(feed, heard);
        time().within(Duration.ofSeconds(5), () -> assertThat(heard.hears()).isTrue());
        long subscribers = 0;
        for (RedisServer server : RedisServers.cluster()) {
            Object counted = server.send("PUBSUB", "SHARDNUMSUB", name());
            subscribers += counted instanceof List<?> pair && pair.get(1) instanceof Long number ? number : 0;
        }
        assertThat(subscribers).isEqualTo(1);
        publishAsOthersDo(feed, "not by the shard");
        store().publish(feed, "by the shard").toCompletableFuture().join();
        time().within(Duration.ofSeconds(5), () -> assertThat(heard.data()).containsExactly("by the shard"));
    }
}
