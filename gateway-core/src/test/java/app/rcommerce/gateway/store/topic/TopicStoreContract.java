package app.rcommerce.gateway.store.topic;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link TopicStore} must do; the topics of each test are empty at first. */
public abstract class TopicStoreContract {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final History HISTORY = new History(100, Duration.ofMinutes(5));

    private final List<TopicStore.Listening> listening = new ArrayList<>();

    /** The store as one node sees it. */
    protected abstract TopicStore store();

    /** The same store as another node sees it. */
    protected abstract TopicStore another();

    /** Publishes as the platform does, which knows nothing of what is kept. */
    protected abstract void publishAsOthersDo(TopicFeed feed, String data);

    /** The time of the store. */
    protected abstract Passage time();

    /** A name that no other test has used. */
    protected abstract String name();

    private TopicFeed feed(History history) {
        return new TopicFeed(name(), name(), history, false);
    }

    @AfterEach
    void endAll() {
        listening.forEach(TopicStore.Listening::end);
    }

    private HeardMessages listen(TopicStore at, TopicFeed feed) {
        HeardMessages heard = new HeardMessages();
        listening.add(at.listen(feed, heard));
        time().within(SOON, () -> assertThat(heard.hears()).isTrue());
        return heard;
    }

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Position publish(TopicFeed feed, String data) {
        return Objects.requireNonNull(now(store().publish(feed, data)));
    }

    private void heard(HeardMessages by, int messages) {
        time().within(SOON, () -> assertThat(by.messages()).hasSize(messages));
    }

    @Test
    void whatIsPublishedIsHeardInOrderEachAtAPlaceOfItsOwn() {
        TopicFeed feed = feed(HISTORY);
        HeardMessages heard = listen(store(), feed);
        Position one = publish(feed, "{\"n\":1}");
        Position two = publish(feed, "{\"n\":2}");
        publishAsOthersDo(feed, "{\"n\":3}");
        heard(heard, 3);

        assertThat(heard.data()).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        assertThat(heard.messages().getFirst().position()).isEqualTo(one);
        assertThat(heard.messages().get(1).position()).isEqualTo(two);
        assertThat(two.isAfter(one)).isTrue();
        assertThat(two.offset()).isEqualTo(one.offset() + 1);
        assertThat(one.isAfter(Objects.requireNonNull(heard.end()))).isTrue();
        assertThat(Objects.requireNonNull(heard.messages().get(2).position()).offset())
                .isEqualTo(one.offset() + 2);
    }

    @Test
    void everyNodeHearsTheSameAtTheSamePlaces() {
        TopicFeed feed = feed(HISTORY);
        HeardMessages one = listen(store(), feed);
        HeardMessages other = listen(another(), feed);
        List<CompletionStage<@Nullable Position>> published = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            switch (i % 3) {
                case 0 -> publishAsOthersDo(feed, "others " + i);
                case 1 -> published.add(store().publish(feed, "one " + i));
                default -> published.add(another().publish(feed, "other " + i));
            }
        }
        heard(one, 60);
        heard(other, 60);

        assertThat(one.messages()).isEqualTo(other.messages());
        List<Long> offsets = one.messages().stream()
                .map(message -> Objects.requireNonNull(message.position()).offset())
                .toList();
        long first = offsets.getFirst();
        assertThat(offsets)
                .isEqualTo(IntStream.range(0, 60).mapToObj(i -> first + i).toList());
        assertThat(one.messages().stream().map(TopicMessage::position))
                .containsAll(published.stream().map(stage -> now(stage)).toList());
    }

    @Test
    void theSameTextManyTimesIsAsManyMessages() {
        TopicFeed feed = feed(HISTORY);
        HeardMessages one = listen(store(), feed);
        HeardMessages other = listen(another(), feed);
        for (int i = 0; i < 20; i++) {
            publishAsOthersDo(feed, "same");
        }
        heard(one, 20);
        heard(other, 20);

        assertThat(one.messages()).isEqualTo(other.messages()).doesNotHaveDuplicates();
        assertThat(now(store().replay(feed, null)).messages()).hasSize(20);
    }

    @Test
    void whoComesBackGetsWhatItHasMissed() {
        TopicFeed feed = feed(HISTORY);
        listen(store(), feed);
        Position seen = publish(feed, "1");
        publish(feed, "2");
        Position last = publish(feed, "3");

        Replay replay = now(another().replay(feed, seen));
        assertThat(replay.recovered()).isTrue();
        assertThat(replay.messages()).extracting(TopicMessage::data).containsExactly("2", "3");
        assertThat(replay.end()).isEqualTo(last);
        Replay nothing = now(store().replay(feed, last));
        assertThat(nothing.recovered()).isTrue();
        assertThat(nothing.messages()).isEmpty();
    }

    @Test
    void whatIsNoLongerKeptIsToldAsAGap() {
        TopicFeed feed = feed(new History(3, Duration.ofMinutes(5)));
        HeardMessages heard = listen(store(), feed);
        Position before = Objects.requireNonNull(heard.end());
        List<Position> positions = IntStream.rangeClosed(1, 6)
                .mapToObj(i -> publish(feed, Integer.toString(i)))
                .toList();

        assertThat(now(store().replay(feed, before)).recovered()).isFalse();
        assertThat(now(store().replay(feed, positions.get(1))).recovered()).isFalse();
        Replay whole = now(store().replay(feed, positions.get(2)));
        assertThat(whole.recovered()).isTrue();
        assertThat(whole.messages()).extracting(TopicMessage::data).containsExactly("4", "5", "6");
        assertThat(now(store().replay(feed, positions.getFirst())).messages())
                .as("what is not all of it is of no use")
                .isEmpty();
    }

    @Test
    void aPositionThatNobodyHasGivenOutIsNoCompleteOne() {
        TopicFeed feed = feed(HISTORY);
        listen(store(), feed);
        Position last = publish(feed, "1");

        assertThat(now(store().replay(feed, new Position("other", last.offset())))
                        .recovered())
                .isFalse();
        assertThat(now(store().replay(feed, new Position(last.epoch(), last.offset() + 1)))
                        .recovered())
                .isFalse();
        assertThat(now(store().replay(feed, new Position(last.epoch(), 999_999_999_999_999L)))
                        .recovered())
                .isFalse();
        assertThat(now(store().replay(feed, null)).recovered()).isFalse();
        assertThat(now(store().replay(feed, null)).messages()).hasSize(1);
    }

    @Test
    void whatHasBecomeTooOldIsGone() {
        TopicFeed feed = feed(new History(100, Duration.ofMillis(300)));
        HeardMessages heard = listen(store(), feed);
        Position before = Objects.requireNonNull(heard.end());
        Position old = publish(feed, "old");
        time().within(
                        Duration.ofMillis(400),
                        () -> assertThat(now(store().replay(feed, before)).messages())
                                .isEmpty());

        assertThat(now(store().replay(feed, before)).recovered()).isFalse();
        assertThat(now(store().replay(feed, old)).recovered()).isTrue();
        Position young = publish(feed, "young");
        assertThat(young.offset()).isEqualTo(old.offset() + 1);
        assertThat(now(store().replay(feed, old)).messages())
                .extracting(TopicMessage::data)
                .containsExactly("young");
    }

    @Test
    void theNewestMessageIsFound() {
        TopicFeed feed = feed(HISTORY);
        assertThat(now(store().newest(feed)).messages()).isEmpty();
        listen(store(), feed);
        publish(feed, "1");
        Position last = publish(feed, "2");

        Replay newest = now(another().newest(feed));
        assertThat(newest.messages()).containsExactly(new TopicMessage(last, "2"));
        assertThat(newest.end()).isEqualTo(last);
    }

    @Test
    void withoutAHistoryMessagesAreHeardAndHaveNoPlace() {
        TopicFeed feed = feed(History.NONE);
        HeardMessages one = listen(store(), feed);
        HeardMessages other = listen(another(), feed);
        assertThat(now(store().publish(feed, "1"))).isNull();
        heard(one, 1);
        publishAsOthersDo(feed, "2");
        heard(one, 2);
        heard(other, 2);

        assertThat(one.end()).isNull();
        assertThat(one.messages()).containsExactly(new TopicMessage(null, "1"), new TopicMessage(null, "2"));
        assertThat(now(store().replay(feed, null))).isEqualTo(Replay.NOTHING);
        assertThat(now(store().newest(feed))).isEqualTo(Replay.NOTHING);
    }

    @Test
    void aSecondListenerIsToldWhereTheTopicEnds() {
        TopicFeed feed = feed(HISTORY);
        HeardMessages first = listen(store(), feed);
        Position one = publish(feed, "1");
        heard(first, 1);
        HeardMessages second = listen(store(), feed);
        assertThat(second.end()).isEqualTo(one);
        publish(feed, "2");
        heard(first, 2);
        heard(second, 1);
        assertThat(second.data()).containsExactly("2");
        assertThat(second.told()).containsExactly("began");
    }

    @Test
    void whoListensNoMoreHearsNothing() {
        TopicFeed feed = feed(HISTORY);
        HeardMessages stays = listen(store(), feed);
        HeardMessages leaves = listen(store(), feed);
        TopicStore.Listening ending = listening.getLast();
        ending.end();
        ending.end();
        publish(feed, "1");
        heard(stays, 1);
        publish(feed, "2");
        heard(stays, 2);
        assertThat(leaves.data()).as("what was under way may be heard").doesNotContain("2");
    }

    @Test
    void textsOfEveryKindArriveAsTheyWere() {
        TopicFeed feed = feed(HISTORY);
        HeardMessages heard = listen(store(), feed);
        List<String> texts = List.of(
                "", " ", "\u0000\r\n", "ü 😀 \"", "x".repeat(TopicMessage.LONGEST), "{\"a\":[1,2]}", "-1", "#1");
        texts.forEach(text -> publishAsOthersDo(feed, text));
        heard(heard, texts.size());
        assertThat(heard.data()).isEqualTo(texts);
        assertThat(now(store().replay(feed, heard.end())).messages()).isEqualTo(heard.messages());
    }

    @Test
    void topicsOfTheSameChannelAreOne() {
        String channel = name();
        TopicFeed one = new TopicFeed("one", channel, HISTORY, false);
        TopicFeed other = new TopicFeed("other", channel, HISTORY, false);
        HeardMessages heard = listen(store(), one);
        HeardMessages also = listen(store(), other);
        publish(one, "1");
        publish(other, "2");
        heard(heard, 2);
        heard(also, 2);
        assertThat(heard.messages()).isEqualTo(also.messages());
    }

    @Test
    void whatIsPublishedReliablyIsKeptWhileNobodyListens() {
        TopicFeed feed = new TopicFeed(name(), name(), HISTORY, true);
        Position one = publish(feed, "1");
        publish(feed, "2");
        HeardMessages heard = listen(another(), feed);
        publish(feed, "3");
        heard(heard, 1);

        Replay replay = now(store().replay(feed, one));
        assertThat(replay.recovered()).isTrue();
        assertThat(replay.messages()).extracting(TopicMessage::data).containsExactly("2", "3");
    }

    @Test
    void everyNodeHearsWhatIsPublishedReliably() {
        TopicFeed feed = new TopicFeed(name(), name(), HISTORY, true);
        HeardMessages one = listen(store(), feed);
        HeardMessages other = listen(another(), feed);
        for (int i = 0; i < 20; i++) {
            now((i % 2 == 0 ? store() : another()).publish(feed, "message " + i));
        }
        heard(one, 20);
        heard(other, 20);
        assertThat(one.messages()).isEqualTo(other.messages());
        assertThat(one.data())
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "message " + i).toList());
    }

    /** As after a reload, where those of the older configuration still listen. */
    @Test
    void soMuchIsKeptAsWhoeverCameLastSays() {
        TopicFeed little = feed(new History(1, Duration.ofMinutes(5)));
        TopicFeed much = feed(new History(3_000, Duration.ofMinutes(5)));
        HeardMessages before = listen(store(), little);
        HeardMessages after = listen(store(), much);
        for (int i = 0; i < 1_500; i++) {
            publishAsOthersDo(much, Integer.toString(i));
        }
        heard(after, 1_500);
        heard(before, 1_500);

        Replay replay = now(store().replay(much, after.end()));
        assertThat(replay.recovered()).isTrue();
        assertThat(replay.messages()).hasSize(1_500);
        assertThat(before.told()).as("nothing was missed").containsExactly("began");
    }
}
