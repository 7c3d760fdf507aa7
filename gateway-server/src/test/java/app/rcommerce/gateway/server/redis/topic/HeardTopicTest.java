package app.rcommerce.gateway.server.redis.topic;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of messages that come before a node hears the topic, by the epoch that it then joins. */
class HeardTopicTest {

    private static final TopicFeed FEED = new TopicFeed("orders", "orders", History.DEFAULT, false);

    /** Counts what waits for its place. */
    private static final class Around implements HeardTopic.Surroundings {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private long waiting;

        @Override
        public String node() {
            return "node";
        }

        @Override
        public TopicKeys keys() {
            return new TopicKeys(channel -> "state", channel -> "history");
        }

        @Override
        public EventLoop loop() {
            return channel.eventLoop();
        }

        @Override
        public boolean isCluster() {
            return false;
        }

        @Override
        public void askOthers(String channel) {
            // There are none.
        }

        @Override
        public boolean reserve(int length) {
            waiting += length;
            return true;
        }

        @Override
        public void release(long length) {
            waiting -= length;
        }
    }

    private final Around around = new Around();
    private final HeardTopic topic = new HeardTopic(FEED, around);
    private final HeardMessages heard = new HeardMessages();

    @BeforeEach
    void listen() {
        topic.add(FEED, heard);
    }

    @AfterEach
    void close() {
        topic.leave();
        assertThat(around.waiting).isZero();
        around.channel.finish();
    }

    /**
     * The node subscribes, is told one message of four characters, shows that it is subscribed, and is told another.
     */
    private void subscribed() {
        topic.message("gone");
        topic.looked();
        topic.message("early");
        topic.asked();
        topic.message("lately");
    }

    @Test
    void whatWasPublishedBeforeAnothersEpochIsWithinTheGap() {
        subscribed();
        assertThat(around.waiting).isEqualTo("early".length() + "lately".length());
        topic.joined("others", 7, 0, false);
        assertThat(around.waiting).isEqualTo("lately".length());
        assertThat(heard.told()).containsExactly("began");
        assertThat(heard.end()).isEqualTo(new Position("others", 7));
    }

    @Test
    void whatWasPublishedBeforeItsOwnEpochHasAPlaceInIt() {
        subscribed();
        topic.joined("own", 7, 0, true);
        assertThat(around.waiting).isEqualTo("early".length() + "lately".length());
    }

    @Test
    void whereTheEpochGoesOnNothingIsDropped() {
        subscribed();
        topic.joined("one", 7, 0, false);
        topic.looked();
        assertThat(around.waiting).isZero();
        topic.message("early");
        topic.asked();
        topic.message("lately");
        topic.joined("one", 7, 0, false);
        assertThat(around.waiting).isEqualTo("early".length() + "lately".length());
        assertThat(heard.told()).containsExactly("began", "unbroken");
    }

    /** It is told as a gap at the end of the wait, and what came before an epoch of another's is a part of it. */
    @Test
    void whereAnotherEpochHasBegunMeanwhileTheGapIsTold() {
        subscribed();
        topic.joined("one", 7, 0, false);
        topic.looked();
        topic.message("early");
        topic.asked();
        topic.joined("two", 9, 0, false);
        assertThat(around.waiting).isZero();
        assertThat(heard.told()).containsExactly("began", "began");
        assertThat(heard.end()).isEqualTo(new Position("two", 9));
    }
}
