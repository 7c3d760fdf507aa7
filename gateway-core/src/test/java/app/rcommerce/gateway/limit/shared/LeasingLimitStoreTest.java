package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.LimitStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeasingLimitStoreTest extends LimitStoreContract {

    private static final Identifier CALLER = Identifier.user("42");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final HandClock clock = new HandClock();
    private final MemoryLimitStore memory = new MemoryLimitStore(clock, 1 << 20);
    private final List<LeaseRequest> requests = new ArrayList<>();
    private final List<Unused> returned = new ArrayList<>();
    /** Answers that the test lets arrive, where it holds them up. */
    private final List<Runnable> heldUp = new ArrayList<>();

    private boolean holding;
    private boolean away;

    private final LeaseStore recording = new LeaseStore() {
        @Override
        public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request) {
            requests.add(request);
            if (away) {
                return CompletableFuture.failedFuture(new StoreUnavailable("away"));
            }
            CompletionStage<Grant> grant = memory.lease(identifier, meters, request);
            if (!holding) {
                return grant;
            }
            CompletableFuture<Grant> later = new CompletableFuture<>();
            heldUp.add(() -> grant.thenAccept(later::complete));
            return later;
        }

        @Override
        public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused) {
            returned.add(unused);
            return memory.giveBack(identifier, meters, unused);
        }

        @Override
        public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
            return memory.take(identifier, meters, permits);
        }

        @Override
        public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
            return memory.charge(identifier, meters, permits);
        }

        @Override
        public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
            return memory.usage(identifier, meters);
        }

        @Override
        public CompletionStage<Void> reset(Identifier identifier) {
            return memory.reset(identifier);
        }
    };

    private final LeasingLimitStore store = new LeasingLimitStore(recording, () -> 1, clock, 1 << 20);

    @Override
    protected LimitStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    /** As many as the dearest request of the schedules costs. */
    @Override
    protected int stranded() {
        return 3;
    }

    /** Two meters in one field, which cannot be held: they are leased for a short time. */
    private static List<Meter> minute(long quota) {
        return List.of(
                new Meter("a", "a:60000", quota, MINUTE.toMillis(), true),
                new Meter("b", "a:60000", quota, MINUTE.toMillis(), true));
    }

    private CompletableFuture<Decision> take(List<Meter> meters) {
        Decision near = store.takeNear(CALLER, meters, 1);
        return near != null
                ? CompletableFuture.completedFuture(near)
                : store.take(CALLER, meters, 1).toCompletableFuture();
    }

    /** Makes the caller so busy that permits are leased. */
    private void heat(List<Meter> meters, int requests) {
        for (int i = 0; i < requests; i++) {
            assertThat(take(meters).join().granted()).isTrue();
            clock.advance(Duration.ofMillis(1));
        }
    }

    /** As OPERATIONS.md tells of what a caller in demand costs the store, a minute long after a minute of the same. */
    @ParameterizedTest
    @CsvSource({"0.5, 1", "5, 0.2", "15, 0.072", "35, 0.042", "1000, 0.027"})
    void aCallerWhoComesEvenlyIsAskedForSoSeldom(double aSecond, double most) {
        List<Meter> meters = List.of(new Meter("a", "a:60000", 1_000_000, MINUTE.toMillis(), true));
        int before = 0;
        double came = 0;
        int requested = 0;
        for (int milli = 0; milli < 120_000; milli++) {
            if (milli == 60_000) {
                before = requests.size();
                requested = 0;
            }
            clock.advance(Duration.ofMillis(1));
            for (came += aSecond / 1_000; came >= 1; came--) {
                assertThat(take(meters).join().granted()).isTrue();
                requested++;
            }
            if (milli % LeasingLimitStore.SWEEP_MILLIS == 0) {
                store.sweep();
            }
        }
        assertThat((double) (requests.size() - before) / requested).isLessThanOrEqualTo(most);
    }

    @Test
    void leasesGrowWithDemandAndShrinkWithoutIt() {
        List<Meter> meters = minute(1_000_000);
        heat(meters, 500);
        assertThat(requests.getFirst().most()).isEqualTo(1);
        assertThat(requests.getLast().most()).isBetween(40L, 60L);
        assertThat(requests).hasSizeLessThan(30);
        clock.advance(Duration.ofSeconds(10));
        store.sweep();
        take(meters);
        assertThat(requests.getLast().most()).isLessThan(10);
        clock.advance(Duration.ofSeconds(10));
        take(meters);
        assertThat(requests.getLast().most()).isEqualTo(1);
    }

    @Test
    void whatIsNotUsedGoesBackOnce() {
        List<Meter> meters = minute(1_000_000);
        heat(meters, 200);
        clock.advance(Duration.ofMillis(101));
        store.sweep();
        store.sweep();
        clock.advance(Duration.ofSeconds(1));
        store.sweep();
        assertThat(returned).isNotEmpty();
        assertThat(memory.usage(CALLER, meters)
                        .toCompletableFuture()
                        .join()
                        .states()
                        .getFirst()
                        .remaining())
                .isEqualTo(1_000_000 - 200);
        int before = returned.size();
        store.sweep();
        assertThat(returned).hasSize(before);
    }

    private void giveBack(List<Meter> meters, Decision decision) {
        store.giveBack(CALLER, meters, 1, decision).toCompletableFuture().join();
    }

    private long counted(List<Meter> meters) {
        Decision usage = memory.usage(CALLER, meters).toCompletableFuture().join();
        return meters.getFirst().quota() - usage.states().getFirst().remaining();
    }

    @Test
    void whatAnotherLimitHasRefusedGoesBackIntoTheHand() {
        List<Meter> meters = minute(1_000_000);
        heat(meters, 200);
        int asked = requests.size();
        for (int i = 0; i < 10_000; i++) {
            giveBack(meters, take(meters).join());
        }
        assertThat(requests).hasSizeBetween(asked, asked + 2);
        clock.advance(Duration.ofSeconds(1));
        store.sweep();
        store.sweep();
        assertThat(counted(meters)).isEqualTo(200);
    }

    @Test
    void theLastPermitOfALeaseGoesBackIntoTheHandToo() {
        List<Meter> meters = minute(1_000);
        for (int i = 0; i < 50; i++) {
            giveBack(meters, take(meters).join());
        }
        assertThat(requests).hasSize(1);
        assertThat(counted(meters)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        store.sweep();
        assertThat(counted(meters)).isZero();
    }

    @Test
    void whatComesBackTooLateIsForTheStore() {
        List<Meter> meters = minute(1_000);
        Decision decision = take(meters).join();
        clock.advance(Duration.ofSeconds(1));
        giveBack(meters, decision);
        assertThat(counted(meters)).isZero();
        assertThat(take(meters).join().granted()).isTrue();
        assertThat(requests).hasSize(2);
    }

    @Test
    void nothingGoesBackIntoTheHandTwice() {
        List<Meter> meters = minute(1_000);
        Decision decision = take(meters).join();
        giveBack(meters, decision);
        giveBack(meters, decision);
        assertThat(counted(meters)).isZero();
        assertThat(take(meters).join().granted()).isTrue();
        assertThat(take(meters).join().granted()).isTrue();
        assertThat(counted(meters)).isGreaterThanOrEqualTo(1);
    }

    @Test
    void whatIsHeldGoesBackBeforeTheNodeStops() {
        List<Meter> meters = minute(1_000_000);
        heat(meters, 200);
        store.close();
        assertThat(memory.usage(CALLER, meters)
                        .toCompletableFuture()
                        .join()
                        .states()
                        .getFirst()
                        .remaining())
                .isEqualTo(1_000_000 - 200);
    }

    @Test
    void requestsThatComeTogetherShareOneQuestion() {
        holding = true;
        List<CompletableFuture<Decision>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(take(minute(1_000)));
        }
        assertThat(requests).hasSize(1);
        holding = false;
        List.copyOf(heldUp).forEach(Runnable::run);
        assertThat(requests).hasSize(2);
        assertThat(requests.getLast().most()).isGreaterThanOrEqualTo(9);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().granted()).isTrue());
    }

    @Test
    void permitsThatArriveTooLateAreGivenBackAndAskedForAnew() {
        holding = true;
        List<Meter> meters = minute(10);
        CompletableFuture<Decision> first = take(meters);
        clock.advance(Duration.ofMillis(101));
        heldUp.removeFirst().run();
        assertThat(first).isNotDone();
        assertThat(requests.getLast().unused().permits()).isEqualTo(1);
        heldUp.removeFirst().run();
        assertThat(first.join().states().getFirst().remaining()).isEqualTo(9);
        CompletableFuture<Decision> second = take(meters);
        for (int i = 0; i < 2; i++) {
            clock.advance(Duration.ofMillis(101));
            heldUp.removeFirst().run();
        }
        assertThat(second).isCompletedExceptionally();
        assertThat(heldUp).isEmpty();
    }

    @Test
    void anAwayStoreFailsThoseWhoWaitButNotThoseWithHeldPermits() {
        List<Meter> meters = minute(1_000_000);
        heat(meters, 200);
        away = true;
        int granted = 0;
        while (take(meters).handle((decision, failure) -> failure == null).join()) {
            granted++;
        }
        assertThat(granted).isBetween(1, 60);
        clock.advance(Duration.ofSeconds(1));
        assertThat(take(meters)).isCompletedExceptionally();
        away = false;
        assertThat(take(meters).join().granted()).isTrue();
    }

    @Test
    void aResetElsewhereEndsRefusalsAndLeases() {
        List<Meter> meters = minute(1);
        take(meters);
        assertThat(take(meters).join().granted()).isFalse();
        memory.reset(CALLER);
        assertThat(take(meters).join().granted()).isFalse();
        store.forget(CALLER);
        assertThat(take(meters).join().granted()).isTrue();
    }

    @Test
    void theTimeToWaitRunsDownWhileARefusalStands() {
        List<Meter> meters = minute(1);
        take(meters);
        long first = take(meters).join().retryAfterMillis();
        clock.advance(Duration.ofSeconds(20));
        Decision later = take(meters).join();
        assertThat(later.retryAfterMillis()).isEqualTo(first - 20_000);
        assertThat(later.states().getFirst().resetMillis()).isEqualTo(first - 20_000);
        assertThat(requests).hasSize(3);
        clock.advance(Duration.ofMillis(later.retryAfterMillis()));
        assertThat(take(meters).join().granted()).isTrue();
    }

    @Test
    void aRefusalIsOverWhenPermitsHaveGoneBack() {
        List<Meter> meters = minute(30);
        List<Decision> dear = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            dear.add(store.take(CALLER, meters, 10).toCompletableFuture().join());
        }
        for (int i = 0; i < 20; i++) {
            assertThat(take(meters).join().granted()).isFalse();
            clock.advance(Duration.ofMillis(500));
        }
        dear.forEach(decision -> store.giveBack(CALLER, meters, 9, decision)
                .toCompletableFuture()
                .join());
        assertThat(counted(meters)).isEqualTo(3);
        for (int i = 0; i < 27; i++) {
            assertThat(take(meters).join().granted()).as("%d", i).isTrue();
        }
        assertThat(take(meters).join().granted()).isFalse();
    }

    @Test
    void aRefusalIsOverWhenWhatWasHeldHasGoneBack() {
        List<Meter> meters = minute(100);
        heat(meters, 90);
        // What is left is held, or refused to whoever asks ahead; then nobody uses it.
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMillis(50));
            store.sweep();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(take(meters).join().granted()).as("%d", i).isTrue();
        }
    }

    @Test
    void aRefusalIsAskedForAgainSinceOthersMayGiveBack() {
        List<Meter> meters = minute(10);
        Decision elsewhere =
                memory.take(CALLER, meters, 10).toCompletableFuture().join();
        assertThat(take(meters).join().granted()).isFalse();
        clock.advance(Duration.ofMillis(199));
        assertThat(store.takeNear(CALLER, meters, 1)).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(take(meters).join().granted()).isFalse();
        assertThat(requests).hasSize(2);
        memory.giveBack(CALLER, meters, 10, elsewhere);
        clock.advance(Duration.ofMillis(399));
        assertThat(store.takeNear(CALLER, meters, 1)).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(take(meters).join().granted()).isTrue();
    }

    @Test
    void whoWaitsForLongIsSeldomAskedFor() {
        List<Meter> meters = List.of(
                new Meter("a", "a:3600000", 1, 3_600_000, true), new Meter("b", "a:3600000", 1, 3_600_000, true));
        take(meters);
        for (int i = 0; i < 36_000; i++) {
            assertThat(take(meters).join().granted()).isFalse();
            clock.advance(Duration.ofMillis(100));
        }
        assertThat(requests).hasSizeBetween(10, 20);
    }

    @Test
    void permitsOfSeveralGrantsGoBackToEachOfThem() {
        List<Meter> meters = minute(30);
        for (int i = 1; i <= 20; i++) {
            Decision decision =
                    store.take(CALLER, meters, 10).toCompletableFuture().join();
            assertThat(decision.granted()).as("%d", i).isTrue();
            clock.advance(Duration.ofMillis(i % 3 == 0 ? 150 : 20));
            store.giveBack(CALLER, meters, 9, decision).toCompletableFuture().join();
            store.sweep();
        }
        clock.advance(Duration.ofSeconds(1));
        store.sweep();
        store.sweep();
        assertThat(counted(meters)).isEqualTo(20);
    }

    @Test
    void whatIsLeftCountsDownByOnes() {
        List<Meter> meters = minute(1_000);
        for (int i = 1; i <= 1_000; i++) {
            Decision decision = take(meters).join();
            assertThat(decision.states().getFirst().remaining()).isEqualTo(1_000 - i);
        }
        assertThat(take(meters).join().granted()).isFalse();
    }

    @Test
    void aFloodOfNewAddressesTakesNoMoreThanItsShare() {
        List<Meter> meters = minute(10);
        for (int i = 0; i < 50_000; i++) {
            store.take(Identifier.ip("2001:db8::" + Integer.toHexString(i >> 8) + ":" + (i & 255)), meters, 1);
        }
        assertThat(store.size()).isLessThanOrEqualTo((1 << 20) / 640 + 1);
    }

    @Test
    void anIdentifierThatWasDisplacedAndCameBackIsForgottenLikeAnyOther() {
        LeasingLimitStore small = new LeasingLimitStore(recording, () -> 1, clock, 1);
        List<Meter> meters = minute(1);
        for (int i = 0; i < 200; i++) {
            small.take(Identifier.user("u" + i), meters, 1)
                    .toCompletableFuture()
                    .join();
        }
        for (int i = 0; i < 200; i++) {
            Identifier identifier = Identifier.user("u" + i);
            assertThat(small.take(identifier, meters, 1)
                            .toCompletableFuture()
                            .join()
                            .granted())
                    .isFalse();
            small.reset(identifier).toCompletableFuture().join();
            assertThat(small.take(identifier, meters, 1)
                            .toCompletableFuture()
                            .join()
                            .granted())
                    .isTrue();
        }
    }

    @Test
    void whatTheStoreSaidLastStaysKnownUntilTheIdentifierIsReset() {
        List<Meter> meters = minute(10);
        assertThat(store.known(CALLER, meters)).isEmpty();
        take(meters).join();
        clock.advance(Duration.ofSeconds(1));
        store.forgetAll();
        assertThat(store.known(CALLER, meters)).hasSize(2).allSatisfy(known -> {
            assertThat(known.remaining()).isEqualTo(9);
            assertThat(known.atNanos()).isEqualTo(clock.nanos() - 1_000_000_000L);
        });
        store.forget(CALLER);
        assertThat(store.known(CALLER, meters)).isEmpty();
    }
}
