package app.rcommerce.gateway.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.store.topic.TopicStoreContract;
import app.rcommerce.gateway.time.HandClock;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryTopicStoreTest extends TopicStoreContract {

    private static final int MOST = 1 << 20;

    private final HandClock clock = new HandClock();
    private final MemoryTopicStore store = new MemoryTopicStore(clock, MOST);

    @Override
    protected TopicStore store() {
        return store;
    }

    @Override
    protected TopicStore another() {
        return store;
    }

    @Override
    protected void publishAsOthersDo(TopicFeed feed, String data) {
        store.publish(feed, data);
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    @Override
    protected String name() {
        return "order_updates";
    }

    private static TopicFeed feed(int which) {
        return new TopicFeed("t" + which, "t" + which, new History(1000, Duration.ofHours(1)), false);
    }

    private Position publish(int which, int characters) {
        return store.publish(feed(which), "x".repeat(characters))
                .toCompletableFuture()
                .join();
    }

    private Replay replay(int which, Position since) {
        return store.replay(feed(which), since).toCompletableFuture().join();
    }

    @Test
    void beyondItsBoundTheTopicOfLongestAgoIsForgotten() {
        Position first = publish(0, 1000);
        Position second = publish(1, 1000);
        for (int i = 2; i < 2000; i++) {
            publish(i, 1000);
            replay(1, second);
        }
        assertThat(replay(0, first).recovered()).isFalse();
        assertThat(replay(0, first).end().epoch()).isNotEqualTo(first.epoch());
        assertThat(replay(1, second).recovered()).isTrue();
    }

    /** Its listeners go on to hear it; only what was kept is gone. */
    @Test
    void aTopicThatIsHeardLosesNoMoreThanItsMessages() {
        HeardMessages heard = new HeardMessages();
        store.listen(feed(0), heard);
        Position first = publish(0, 1000);
        Position last = publish(0, 1000);
        for (int i = 1; i < 2000; i++) {
            publish(i, 1000);
        }
        Replay replay = replay(0, first);
        assertThat(replay.recovered()).isFalse();
        assertThat(replay.messages()).isEmpty();
        assertThat(replay(0, last).recovered()).isTrue();
        publish(0, 10);
        assertThat(heard.messages()).hasSize(3);
        assertThat(heard.told()).containsExactly("began");
    }

    /** Whoever asks for what does not exist must not take memory for it. */
    @Test
    void askingForManyTopicsTakesNoMoreThanTheBound() {
        Position first = publish(0, 10);
        for (int i = 1; i < 20_000; i++) {
            replay(i, first);
        }
        assertThat(replay(0, first).recovered()).isFalse();
    }
}
