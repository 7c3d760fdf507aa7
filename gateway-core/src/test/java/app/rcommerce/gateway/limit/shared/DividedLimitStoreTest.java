package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.WindowStoreContract;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Both halves in memory, with meters of both kinds. */
class DividedLimitStoreTest extends WindowStoreContract {

    private final MemoryLimitStore rolling = new MemoryLimitStore(clock, 1 << 20);
    private final MemoryLimitStore calendar = new MemoryLimitStore(clock, 1 << 20);
    private final LimitStore store = new DividedLimitStore(rolling, calendar, clock, true);

    @Override
    protected LimitStore store() {
        return store;
    }

    private static Meter sliding(long quota) {
        return new Meter("s", "s:3600000", quota, 3_600_000, true);
    }

    private long left(LimitStore where, Meter meter) {
        return where.usage(caller, List.of(meter))
                .toCompletableFuture()
                .join()
                .states()
                .getFirst()
                .remaining();
    }

    @Test
    void metersOfBothKindsAreAnsweredInTheirOrder() {
        Decision decision = take(1, minute(5), sliding(7), hour(9));
        assertThat(decision.states()).extracting(Decision.State::remaining).containsExactly(4L, 6L, 8L);
        assertThat(store.usage(caller, List.of(sliding(7), minute(5)))
                        .toCompletableFuture()
                        .join()
                        .states())
                .extracting(Decision.State::remaining)
                .containsExactly(6L, 4L);
    }

    @Test
    void whatOneHalfHasGrantedGoesBackWhereTheOtherRefuses() {
        take(2, minute(2), sliding(10));
        Decision refused = take(1, minute(2), sliding(10));
        assertThat(refused.granted()).isFalse();
        assertThat(refused.retryAfterMillis()).isEqualTo(50_000);
        assertThat(left(rolling, sliding(10))).isEqualTo(8);
        take(8, sliding(10));
        clock.advance(Duration.ofMinutes(1));
        assertThat(take(1, minute(2), sliding(10)).granted()).isFalse();
        assertThat(left(calendar, minute(2))).isEqualTo(2);
    }

    @Test
    void whatOneHalfHasGrantedGoesBackWhereTheOtherFails() {
        LimitStore away = new DividedLimitStore(
                rolling,
                new LimitStore() {
                    @Override
                    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
                        return CompletableFuture.failedFuture(new StoreUnavailable("away"));
                    }

                    @Override
                    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
                        return CompletableFuture.failedFuture(new StoreUnavailable("away"));
                    }

                    @Override
                    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
                        return take(identifier, meters, 1);
                    }

                    @Override
                    public CompletionStage<Void> reset(Identifier identifier) {
                        return CompletableFuture.failedFuture(new StoreUnavailable("away"));
                    }
                },
                clock,
                true);
        assertThatThrownBy(() -> away.take(caller, List.of(minute(2), sliding(10)), 1)
                        .toCompletableFuture()
                        .join())
                .cause()
                .isInstanceOf(StoreUnavailable.class);
        assertThat(left(rolling, sliding(10))).isEqualTo(10);
    }

    @Test
    void whatIsChargedIsChargedToBothKinds() {
        store.charge(caller, List.of(minute(2), sliding(10)), 4)
                .toCompletableFuture()
                .join();
        assertThat(left(rolling, sliding(10))).isEqualTo(6);
        assertThat(take(1, minute(2)).granted()).isFalse();
    }

    @Test
    void whatIsGivenBackOfBothKindsGoesBackToBoth() {
        Decision decision = take(2, minute(2), sliding(10));
        store.giveBack(caller, List.of(minute(2), sliding(10)), 2, decision)
                .toCompletableFuture()
                .join();
        assertThat(left(rolling, sliding(10))).isEqualTo(10);
        assertThat(left(calendar, minute(2))).isEqualTo(2);
    }

    @Test
    void whatOneHalfInShadowModeHasNotCountedDoesNotGoBackToIt() {
        Meter shadow = new Meter("s", "s:3600000", 1, 3_600_000, false);
        List<Meter> meters = List.of(shadow, minute(5));
        take(1, shadow, minute(5));
        Decision over = take(2, shadow, minute(5));
        assertThat(over.granted()).isTrue();
        store.giveBack(caller, meters, 1, over).toCompletableFuture().join();
        assertThat(left(rolling, shadow)).isZero();
        assertThat(left(calendar, minute(5))).isEqualTo(3);
    }

    @Test
    void aRefusalIsOverWhenPermitsHaveGoneBack() {
        List<Meter> meters = List.of(minute(2), sliding(10));
        Decision decision = take(2, minute(2), sliding(10));
        assertThat(take(1, minute(2), sliding(10)).granted()).isFalse();
        store.giveBack(caller, meters, 1, decision).toCompletableFuture().join();
        assertThat(store.takeNear(caller, meters, 1)).isNull();
        assertThat(take(1, minute(2), sliding(10)).granted()).isTrue();
    }

    @Test
    void aRefusalStandsForLongerAndLongerWithoutAnotherQuestion() {
        take(2, minute(2), sliding(10));
        List<Meter> meters = List.of(minute(2), sliding(10));
        long waited = 0;
        for (long stands = 200; stands < 40_000; stands *= 2) {
            take(1, minute(2), sliding(10));
            clock.advance(Duration.ofMillis(Math.min(stands, 50_000 - waited) - 1));
            waited += stands;
            Decision standing = store.takeNear(caller, meters, 1);
            assertThat(standing).isNotNull();
            assertThat(standing.granted()).isFalse();
            assertThat(standing.retryAfterMillis()).isEqualTo(Math.max(50_000 - waited, 0) + 1);
            assertThat(standing.states()).hasSize(2);
            clock.advance(Duration.ofMillis(1));
            assertThat(store.takeNear(caller, meters, 1)).isNull();
        }
        assertThat(store.takeNear(caller, meters, 1)).isNull();
        assertThat(take(1, minute(2), sliding(10)).granted()).isTrue();
    }

    @Test
    void whoAsksForLessThanWasRefusedIsAskedFor() {
        List<Meter> meters = List.of(minute(2), sliding(10));
        take(1, minute(2), sliding(10));
        take(2, minute(2), sliding(10));
        assertThat(store.takeNear(caller, meters, 1)).isNull();
        assertThat(store.takeNear(caller, meters, 3)).isNotNull();
        assertThat(take(1, minute(2), sliding(10)).granted()).isTrue();
    }

    @Test
    void aResetEndsARefusal() {
        List<Meter> meters = List.of(minute(2), sliding(10));
        take(2, minute(2), sliding(10));
        take(1, minute(2), sliding(10));
        store.reset(caller).toCompletableFuture().join();
        assertThat(store.takeNear(caller, meters, 1)).isNull();
        take(2, minute(2), sliding(10));
        take(1, minute(2), sliding(10));
        ((DividedLimitStore) store).forget(caller);
        assertThat(store.takeNear(caller, meters, 1)).isNull();
    }

    @Test
    void inStrictModeNothingStands() {
        LimitStore strict = new DividedLimitStore(rolling, calendar, clock, false);
        List<Meter> meters = List.of(minute(2), sliding(10));
        for (int i = 0; i < 3; i++) {
            strict.take(caller, meters, 1).toCompletableFuture().join();
        }
        assertThat(strict.takeNear(caller, meters, 1)).isNull();
    }
}
