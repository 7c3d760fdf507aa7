package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.Epoch;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking.Kind;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The block list and revocations near by where the store tells of changes; every answer of the store is given by hand.
 */
class TrackedNearCopiesTest {

    private static final Identifier ANA = Identifier.ip("203.0.113.9");
    private static final Identifier USER = Identifier.user("42");
    private static final Duration TTL = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofNanos(NearAnswers.LONGEST_NANOS);

    private final HandClock clock = new HandClock();
    private final HandTracking tracking = new HandTracking();
    private final Near strict = new Near(tracking, TTL, true);
    private final Near tracked = new Near(tracking, TTL, false);
    private final Deque<CompletableFuture<Object>> questions = new ArrayDeque<>();
    private final BlockStore blockStore = byHand(BlockStore.class);
    private final RevocationStore revocationStore = byHand(RevocationStore.class);
    private final NearBlockList blocks = new NearBlockList(blockStore, tracked, clock);
    private final NearRevocations revocations = new NearRevocations(revocationStore, tracked, clock);

    private <T> T byHand(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    CompletableFuture<Object> question = new CompletableFuture<>();
                    questions.add(question);
                    return question;
                }));
    }

    /** Answers the oldest open question. */
    private void answer(Object value) {
        Objects.requireNonNull(questions.poll(), "nothing was asked").complete(value == this ? null : value);
    }

    private void answerNone() {
        answer(this);
    }

    private static boolean isFound(java.util.concurrent.CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).as("answered without the store").isDone();
        return stage.toCompletableFuture().join() != null;
    }

    private Block block(Duration life) {
        return new Block(new Subject.One(ANA), "", clock.millis() + life.toMillis());
    }

    private void learn(boolean blocked) {
        blocks.find(ANA);
        if (blocked) {
            answer(block(Duration.ofHours(1)));
        } else {
            answerNone();
        }
    }

    /** It may have changed before changes were told, and nobody tells of that any more. */
    @Test
    void whatWasLearnedWhileNothingWasToldIsNotBelievedOnceItIs() {
        learn(false);
        assertThat(isFound(blocks.find(ANA))).isFalse();
        tracking.begin();
        mustAsk();
    }

    private void mustAsk() {
        assertThat(questions).isEmpty();
        assertThat(blocks.find(ANA).toCompletableFuture()).isNotDone();
        assertThat(questions).hasSize(1);
    }

    @Test
    void anAnswerIsBelievedUntilItsChangeIsTold() {
        tracking.begin();
        learn(false);
        clock.advance(LONGEST.minusNanos(1));
        assertThat(isFound(blocks.find(ANA))).isFalse();
        tracking.tell(Kind.BLOCK, "ip:203.0.113.9");
        answer(block(Duration.ofHours(1)));
        assertThat(isFound(blocks.find(ANA))).isTrue();
        assertThat(questions).isEmpty();
    }

    /** Somebody may write a million entries at once, and requests have questions too. */
    @Test
    void whatHasChangedIsAskedForAtOnceButNotTooMuchOfIt() {
        tracking.begin();
        for (int i = 0; i < 1000; i++) {
            tracking.tell(Kind.BLOCK, "user:" + i);
        }
        assertThat(questions).hasSize(NearVerdicts.MOST_LEARNING);
        answerNone();
        Objects.requireNonNull(questions.poll()).completeExceptionally(new StoreUnavailable("away"));
        tracking.tell(Kind.BLOCK, "user:1001");
        tracking.tell(Kind.BLOCK, "user:1002");
        tracking.tell(Kind.BLOCK, "user:1003");
        assertThat(questions).hasSize(NearVerdicts.MOST_LEARNING);
    }

    @Test
    void butNotForEver() {
        tracking.begin();
        learn(false);
        clock.advance(LONGEST);
        mustAsk();
    }

    @Test
    void aChangeOfAnotherChangesNothing() {
        tracking.begin();
        learn(false);
        tracking.tell(Kind.BLOCK, "ip:203.0.113.10");
        tracking.tell(Kind.BLOCK, "garbage");
        tracking.tell(Kind.TOKEN, "ip:203.0.113.9");
        assertThat(isFound(blocks.find(ANA))).isFalse();
    }

    @Test
    void anAnswerThatItsChangeHasOvertakenIsNotRemembered() {
        tracking.begin();
        CompletableFuture<Block> asked = blocks.find(ANA).toCompletableFuture();
        tracking.tell(Kind.BLOCK, "ip:203.0.113.9");
        answerNone();
        assertThat(asked).isCompletedWithValue(null);
        questions.clear();
        mustAsk();
    }

    @Test
    void anAnswerFromBeforeTheEpochIsNotCoveredByIt() {
        blocks.find(ANA);
        tracking.begin();
        answerNone();
        mustAsk();
    }

    @Test
    void nothingIsBelievedAnyLongerOnceTheEpochHasEnded() {
        tracking.begin();
        learn(false);
        tracking.end();
        mustAsk();
        answerNone();
        tracking.begin();
        questions.clear();
        mustAsk();
    }

    @Test
    void anAnswerToAQuestionOfAnEpochThatHasEndedIsBelievedForTheConfiguredTime() {
        tracking.begin();
        blocks.find(ANA);
        tracking.end();
        tracking.begin();
        answerNone();
        clock.advance(TTL);
        mustAsk();
    }

    @Test
    void anEpochThatIsSilentForTooLongHoldsAgainWhenItIsHeard() {
        Epoch epoch = tracking.begin(clock.nanos(), HandTracking.BOUND);
        learn(false);
        clock.advance(HandTracking.BOUND.minusNanos(1));
        assertThat(isFound(blocks.find(ANA))).isFalse();
        clock.advance(Duration.ofNanos(1));
        mustAsk();
        epoch.heard(clock.nanos());
        assertThat(isFound(blocks.find(ANA))).isFalse();
    }

    @Test
    void aBlockIsBelievedNoLongerThanItHolds() {
        tracking.begin();
        blocks.find(ANA);
        answer(block(Duration.ofSeconds(5)));
        clock.advance(Duration.ofSeconds(5));
        mustAsk();
    }

    @Test
    void whoIsKnownToBeBlockedStaysSoWhileTheStoreIsAway() {
        tracking.begin();
        learn(true);
        tracking.end();
        CompletableFuture<Block> asked = blocks.find(ANA).toCompletableFuture();
        Objects.requireNonNull(questions.poll()).completeExceptionally(new StoreUnavailable("away"));
        assertThat(asked.join()).isNotNull();
    }

    @Test
    void whoIsNotKnownToBeBlockedIsUnknownWhileTheStoreIsAway() {
        tracking.begin();
        learn(false);
        tracking.end();
        CompletableFuture<Block> asked = blocks.find(ANA).toCompletableFuture();
        Objects.requireNonNull(questions.poll()).completeExceptionally(new StoreUnavailable("away"));
        assertThatThrownBy(asked::join).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void strictAsksEachTime() {
        tracking.begin();
        NearBlockList list = new NearBlockList(blockStore, strict, clock);
        NearRevocations tokens = new NearRevocations(revocationStore, strict, clock);
        for (int i = 0; i < 3; i++) {
            list.find(ANA);
            answerNone();
            tokens.find("t", USER, 0);
            answer(false);
            answer(RevocationStore.NO_CUTOFF);
        }
        assertThat(questions).isEmpty();
    }

    @Test
    void rangesAreFetchedWhenTheyChangeAndOtherwiseLeftAlone() {
        byte[] address = Addresses.parse("203.0.113.9");
        tracking.begin();
        blocks.refreshUnlessCurrent();
        answer(List.of());
        for (int i = 0; i < 100; i++) {
            clock.advance(TTL);
            blocks.refreshUnlessCurrent();
        }
        assertThat(questions).isEmpty();
        tracking.tell(Kind.RANGES, "");
        answer(List.of(new Block(Subject.parse("203.0.113.0/24"), "", Long.MAX_VALUE)));
        assertThat(blocks.range(address)).isNotNull();
        tracking.end();
        blocks.refreshUnlessCurrent();
        assertThat(questions).hasSize(1);
        assertThat(blocks.range(address)).as("until it is known otherwise").isNotNull();
    }

    @Test
    void rangesThatTheirChangeHasOvertakenAreReplaced() {
        byte[] address = Addresses.parse("203.0.113.9");
        tracking.begin();
        blocks.refreshUnlessCurrent();
        tracking.tell(Kind.RANGES, "");
        answer(List.of());
        answer(List.of(new Block(Subject.parse("203.0.113.0/24"), "", Long.MAX_VALUE)));
        assertThat(blocks.range(address)).isNotNull();
        blocks.refreshUnlessCurrent();
        assertThat(questions).as("those held are current").isEmpty();
    }

    /** Each fetch is of the whole list: many changes at once must not be as many fetches. */
    @Test
    void oneFetchOfTheRangesIsUnderWayAndOneFollowsHoweverManyChangesThereAre() {
        byte[] address = Addresses.parse("203.0.113.9");
        tracking.begin();
        blocks.refreshUnlessCurrent();
        for (int i = 0; i < 100; i++) {
            tracking.tell(Kind.RANGES, "");
        }
        CompletableFuture<Void> asked = blocks.refresh().toCompletableFuture();
        assertThat(questions).hasSize(1);
        Objects.requireNonNull(questions.poll()).completeExceptionally(new StoreUnavailable("away"));
        assertThat(asked).isNotDone();
        assertThat(questions).hasSize(1);
        answer(List.of(new Block(Subject.parse("203.0.113.0/24"), "", Long.MAX_VALUE)));
        assertThat(asked).isCompleted();
        assertThat(blocks.range(address)).isNotNull();
        blocks.refreshUnlessCurrent();
        assertThat(questions).isEmpty();
    }

    @Test
    void aRangeThatThisNodeBlocksHoldsAtOnceAndUntilItLiftsIt() {
        byte[] address = Addresses.parse("203.0.113.9");
        Subject range = Objects.requireNonNull(Subject.parse("203.0.113.0/24"));
        blocks.refresh();
        CompletableFuture<Object> old = Objects.requireNonNull(questions.poll());
        blocks.blocked(new Block(range, "", Long.MAX_VALUE));
        assertThat(blocks.range(address)).isNotNull();
        old.complete(List.of());
        assertThat(blocks.range(address)).as("an answer from before").isNotNull();
        blocks.unblocked(range);
        assertThat(blocks.range(address)).isNull();
    }

    @Test
    void rangesThatCouldNotBeFetchedAreTriedAgain() {
        tracking.begin();
        blocks.refreshUnlessCurrent();
        answer(List.of());
        tracking.tell(Kind.RANGES, "");
        Objects.requireNonNull(questions.poll()).completeExceptionally(new StoreUnavailable("away"));
        blocks.refreshUnlessCurrent();
        assertThat(questions).hasSize(1);
    }

    private boolean isRevoked(String token) {
        return isFound(revocations.find(token, USER, 1_000));
    }

    private void learn(String token, boolean revoked, long cutoffMillis) {
        revocations.find(token, USER, 1_000);
        answer(revoked);
        answer(cutoffMillis);
    }

    @Test
    void aTokenIsGoodUntilItOrItsSubjectChanges() {
        tracking.begin();
        learn("t", false, RevocationStore.NO_CUTOFF);
        clock.advance(LONGEST.minusNanos(1));
        assertThat(isRevoked("t")).isFalse();
        tracking.tell(Kind.TOKEN, "t");
        answer(true);
        assertThat(isRevoked("t")).isTrue();
        tracking.tell(Kind.TOKEN, "t");
        answer(false);
        assertThat(isRevoked("t")).isFalse();
        tracking.tell(Kind.CUTOFF, "user:42");
        answer(2_000L);
        assertThat(isRevoked("t")).isTrue();
        assertThat(questions).isEmpty();
    }

    @Test
    void anAnswerOfATokenThatAChangeHasOvertakenIsNotRemembered() {
        tracking.begin();
        for (Runnable change : List.<Runnable>of(
                () -> tracking.tell(Kind.TOKEN, "t"), () -> tracking.tell(Kind.CUTOFF, "user:42"),
                () -> revocations.restored("t"), () -> revocations.restored(USER))) {
            revocations.find("t", USER, 0);
            change.run();
            answer(false);
            answer(RevocationStore.NO_CUTOFF);
            assertThat(revocations.find("t", USER, 0).toCompletableFuture()).isNotDone();
            questions.clear();
            revocations.restored("t");
            revocations.restored(USER);
        }
    }
}
