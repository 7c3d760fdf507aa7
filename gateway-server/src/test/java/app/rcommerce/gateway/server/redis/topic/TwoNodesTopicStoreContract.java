package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.store.topic.TopicStoreContract;
import app.rcommerce.gateway.topic.TopicFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The topics of two nodes on Redis, and a publisher of the platform. */
abstract class TwoNodesTopicStoreContract extends TopicStoreContract {

    private final String name = "topic" + System.nanoTime();
    private final TestRedis redis;
    private final int publishing;
    private RedisBackend here;
    private RedisBackend there;
    private Resp publisher;

    /** On this Redis; published is at the server with this port. */
    TwoNodesTopicStoreContract(TestRedis redis, int publishing) {
        this.redis = redis;
        this.publishing = publishing;
    }

    Resp publisher() {
        return publisher;
    }

    @BeforeEach
    void connect() throws Exception {
        var keys = TestRedis.freshKeys();
        here = redis.another(keys);
        there = redis.another(keys);
        publisher = new Resp(publishing);
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
}
