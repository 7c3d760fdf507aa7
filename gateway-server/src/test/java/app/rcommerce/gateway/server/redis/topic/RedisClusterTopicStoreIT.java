package app.rcommerce.gateway.server.redis.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.store.topic.TopicStoreContract;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.TopicFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("redis")
class RedisClusterTopicStoreIT extends TopicStoreContract {

    private final String name = "topic" + System.nanoTime();
    private RedisBackend here;
    private RedisBackend there;
    private Resp publisher;

    @BeforeEach
    void connect() throws Exception {
        var keys = TestRedis.freshKeys();
        here = TestRedis.cluster().another(keys);
        there = TestRedis.cluster().another(keys);
        publisher = new Resp(RedisServers.cluster().get(1).port());
    }

    @AfterEach
    void close() throws Exception {
        publisher.close();
        here.close();
        there.close();
    }

    @Override
    protected TopicStore store() {
        return here.stores().topics();
    }

    @Override
    protected TopicStore another() {
        return there.stores().topics();
    }

    @Override
    protected void publishAsOthersDo(TopicFeed feed, String data) {
        try {
            publisher.send("PUBLISH", feed.channel(), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }

    @Override
    protected String name() {
        return name;
    }

    /** What only the gateway publishes need not go over the bus of the whole cluster, where Redis is new enough. */
    @Test
    void whatIsPublishedReliablyGoesByTheShard() throws Exception {
        Object sharded = publisher.send("COMMAND", "INFO", "SSUBSCRIBE");
        assumeTrue(sharded instanceof List<?> list && list.getFirst() instanceof List<?>, "Redis 7.0 or newer");
        TopicFeed feed = new TopicFeed(name, name, new History(10, Duration.ofMinutes(1)), true);
        HeardMessages heard = new HeardMessages();
        store().listen(feed, heard);
        time().within(Duration.ofSeconds(5), () -> assertThat(heard.hears()).isTrue());
        long subscribers = 0;
        for (RedisServer server : RedisServers.cluster()) {
            Object counted = server.send("PUBSUB", "SHARDNUMSUB", name);
            subscribers += counted instanceof List<?> pair && pair.get(1) instanceof Long number ? number : 0;
        }
        assertThat(subscribers).isEqualTo(1);
        publishAsOthersDo(feed, "not by the shard");
        store().publish(feed, "by the shard").toCompletableFuture().join();
        time().within(Duration.ofSeconds(5), () -> assertThat(heard.data()).containsExactly("by the shard"));
    }
}
