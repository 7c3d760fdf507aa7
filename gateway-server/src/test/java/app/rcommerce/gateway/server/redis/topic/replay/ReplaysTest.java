package app.rcommerce.gateway.server.redis.topic.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Thousands of clients that come back at once: few replays at a time, and none twice. */
class ReplaysTest {

    private static final TopicFeed FEED = new TopicFeed("orders", "orders", History.DEFAULT, false);

    private final List<CompletableFuture<Replay>> asked = new ArrayList<>();
    private final Replays replays = new Replays(2, 3);

    private CompletableFuture<Replay> ask(int since) {
        return replays.ask(wanted(since), () -> {
                    CompletableFuture<Replay> answer = new CompletableFuture<>();
                    asked.add(answer);
                    return answer;
                })
                .toCompletableFuture();
    }

    private static Replays.Wanted wanted(int since) {
        return new Replays.Wanted(FEED, new Position("epoch", since), 100);
    }

    @Test
    void onlySoManyAreReadAtOnceAndTheOthersInTheirOrder() {
        List<CompletableFuture<Replay>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(ask(i));
        }
        assertThat(asked).hasSize(2);
        for (int i = 0; i < 5; i++) {
            assertThat(answers.get(i)).isNotDone();
            asked.get(i).complete(Replay.NOTHING);
            assertThat(answers.get(i)).isCompleted();
            assertThat(asked).hasSize(Math.min(5, i + 3));
        }
        ask(9);
        assertThat(asked).as("there is room again").hasSize(6);
    }

    @Test
    void thoseThatWaitForTheSameShareOneAnswer() {
        ask(0);
        ask(1);
        CompletableFuture<Replay> first = ask(2);
        CompletableFuture<Replay> second = ask(2);
        asked.getFirst().complete(Replay.NOTHING);
        assertThat(asked).hasSize(3);
        asked.get(2).complete(Replay.NOTHING);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void whatIsOnItsWayIsNotSharedSinceItMayBeOlder() {
        ask(0);
        ask(0);
        assertThat(asked).hasSize(2);
    }

    @Test
    void moreThanMayWaitAreTurnedAway() {
        for (int i = 0; i < 5; i++) {
            assertThat(ask(i)).isNotDone();
        }
        assertThatThrownBy(() -> ask(5).join()).hasCauseInstanceOf(StoreUnavailable.class);
        assertThat(ask(4)).as("one that others wait for already").isNotDone();
    }

    @Test
    void aFailureIsToldToItsOwnAndGivesUpItsPlace() {
        CompletableFuture<Replay> failing = ask(0);
        ask(1);
        CompletableFuture<Replay> next = ask(2);
        asked.getFirst().completeExceptionally(new StoreUnavailable("gone"));
        assertThatThrownBy(failing::join).hasCauseInstanceOf(StoreUnavailable.class);
        assertThat(next).isNotDone();
        assertThat(asked).hasSize(3);
    }

    @Test
    void onesThatAreAnsweredAtOnceOrFailToAskNeedNoStack() {
        Replays many = new Replays(1, 100_000);
        CompletableFuture<Replay> slow = new CompletableFuture<>();
        List<CompletionStage<Replay>> answers = new ArrayList<>();
        many.ask(wanted(0), () -> slow);
        for (int i = 1; i <= 100_000; i++) {
            int since = i;
            answers.add(many.ask(wanted(since), () -> {
                if (since % 2 == 0) {
                    throw new StoreUnavailable("gone");
                }
                return CompletableFuture.completedFuture(Replay.NOTHING);
            }));
        }
        slow.complete(Replay.NOTHING);
        assertThat(answers).allMatch(answer -> answer.toCompletableFuture().isDone());
        assertThat(answers.get(0).toCompletableFuture()).isCompletedWithValue(Replay.NOTHING);
        assertThat(answers.get(1).toCompletableFuture()).isCompletedExceptionally();
    }
}
