package app.rcommerce.gateway.server.redis.topic;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.store.topic.TopicStoreContract;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topics of two nodes on Redis, and a publisher of the platform. */
abstract class TwoNodesTopicStoreContract extends TopicStoreContract {

    private static final History HISTORY = new History(100, Duration.ofMinutes(5));

    private final List<TopicStore.Listening> listening = new ArrayList<>();
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
        listening.forEach(TopicStore.Listening::end);
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

    private HeardMessages listen(TopicStore at, TopicFeed feed) {
        HeardMessages heard = new HeardMessages();
        listening.add(at.listen(feed, heard));
        soon(() -> assertThat(heard.hears()).isTrue());
        return heard;
    }

    private void soon(Runnable assertion) {
        time().within(Duration.ofSeconds(10), assertion);
    }

    private Position publish(TopicFeed feed, String data) {
        return Objects.requireNonNull(
                store().publish(feed, data).toCompletableFuture().join());
    }

    private Replay replay(TopicFeed feed, Position since) {
        return store().replay(feed, since).toCompletableFuture().join();
    }

    @Test
    void aTopicIsHeardAsWhoeverCameLastSaysAndThenAsWhoeverIsLeft() {
        TopicFeed live = new TopicFeed(name, name, History.NONE, false);
        TopicFeed kept = new TopicFeed(name, name, HISTORY, false);
        HeardMessages one = listen(store(), live);
        publishAsOthersDo(live, "1");
        soon(() -> assertThat(one.messages()).containsExactly(new TopicMessage(null, "1")));
        HeardMessages other = listen(store(), kept);
        assertThat(other.end()).isNotNull();
        assertThat(one.told()).containsExactly("began", "lost", "began");
        publishAsOthersDo(kept, "2");
        soon(() -> assertThat(other.data()).containsExactly("2"));
        soon(() -> assertThat(one.data()).containsExactly("1", "2"));
        assertThat(other.messages().getFirst().position()).isNotNull();
        assertThat(replay(kept, Objects.requireNonNull(other.end())).messages()).isEqualTo(other.messages());

        listening.getLast().end();
        soon(() -> assertThat(one.told()).containsExactly("began", "lost", "began", "lost", "began"));
        publishAsOthersDo(live, "3");
        soon(() -> assertThat(one.messages()).endsWith(new TopicMessage(null, "3")));
    }

    /** On a cluster they are heard on channels of different kinds. */
    @Test
    void aTopicThatBecomesReliableIsHeardByThoseWhoHearItAlready() {
        TopicFeed recent = new TopicFeed(name, name, HISTORY, false);
        TopicFeed reliable = new TopicFeed(name, name, HISTORY, true);
        HeardMessages one = listen(store(), recent);
        HeardMessages other = listen(store(), reliable);
        Position first = publish(reliable, "1");
        publish(reliable, "2");
        soon(() -> assertThat(one.data()).containsExactly("1", "2"));
        soon(() -> assertThat(other.messages()).isEqualTo(one.messages()));
        listening.getLast().end();
        soon(() -> assertThat(one.told()).containsExactly("began", "lost", "began", "lost", "began"));
        publishAsOthersDo(recent, "3");
        soon(() -> assertThat(one.data()).containsExactly("1", "2", "3"));
        assertThat(other.data()).containsExactly("1", "2");
        assertThat(first.offset()).isPositive();
    }

    @Test
    void whoMissedMoreThanTwoMegabytesIsToldOfAGap() {
        TopicFeed feed = new TopicFeed(name, name, HISTORY, true);
        String large = "x".repeat(250_000);
        Position before = publish(feed, "0");
        Position first = publish(feed, large);
        for (int i = 0; i < 7; i++) {
            publish(feed, large);
        }
        assertThat(replay(feed, before).recovered()).isTrue();
        assertThat(replay(feed, before).messages()).hasSize(8);
        publish(feed, large);
        assertThat(replay(feed, before).recovered()).isFalse();
        assertThat(replay(feed, before).messages()).isEmpty();
        assertThat(replay(feed, first).recovered()).isTrue();
        assertThat(replay(feed, first).messages()).hasSize(8);
    }
}
