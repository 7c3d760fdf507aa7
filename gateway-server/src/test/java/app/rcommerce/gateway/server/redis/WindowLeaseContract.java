package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Grant;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.limit.Unused;
import app.rcommerce.gateway.limit.Wish;
import app.rcommerce.gateway.store.WindowStoreContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the platform's own counters do for nodes that lease from them. */
abstract class WindowLeaseContract extends WindowStoreContract {

    @Override
    protected abstract RedisWindowStore store();

    private Grant lease(Wish wish, Meter... meters) {
        return store().lease(caller, List.of(meters), wish).toCompletableFuture().join();
    }

    private static Wish upTo(long most) {
        return new Wish(1, most, 1, Unused.NONE);
    }

    private List<Long> left(Meter... meters) {
        return store().usage(caller, List.of(meters)).toCompletableFuture().join().states().stream()
                .map(Taken.State::remaining)
                .toList();
    }

    @Test
    void aLeaseIsCountedBeforeItIsUsed() {
        Grant grant = lease(upTo(10), minute(100), hour(1000));
        assertThat(grant.permits()).isEqualTo(10);
        assertThat(grant.taken().states()).extracting(Taken.State::remaining).containsExactly(90L, 990L);
        assertThat(left(minute(100), hour(1000))).containsExactly(90L, 990L);
    }

    @Test
    void beyondTheLeastNoMoreIsGrantedThanANodesShare() {
        assertThat(lease(new Wish(1, 10, 3, Unused.NONE), minute(12)).permits()).isEqualTo(4);
        assertThat(lease(new Wish(3, 10, 5, Unused.NONE), minute(12)).permits()).isEqualTo(3);
        assertThat(left(minute(12))).containsExactly(5L);
    }

    @Test
    void ofSeveralWindowsTheOneWithTheLeastRoomDecides() {
        assertThat(lease(upTo(50), minute(100), hour(12)).permits()).isEqualTo(12);
        assertThat(left(minute(100), hour(12))).containsExactly(88L, 0L);
        Grant refused = lease(upTo(50), minute(100), hour(12));
        assertThat(refused.permits()).isZero();
        assertThat(refused.taken().granted()).isFalse();
        assertThat(left(minute(100))).as("nothing of a refusal stays counted").containsExactly(88L);
    }

    @Test
    void noLeaseLivesOnIntoTheNextWindow() {
        clock.advance(Duration.ofMillis(49_900));
        assertThat(lease(upTo(10), minute(100)).permits()).isEqualTo(1);
        clock.advance(Duration.ofMillis(100));
        assertThat(lease(upTo(10), minute(100)).permits()).isEqualTo(10);
    }

    @Test
    void whatWasNotUsedGoesBackAloneOrWithTheNextQuestion() {
        Grant first = lease(upTo(10), minute(100), hour(1000));
        store().giveBack(caller, List.of(minute(100), hour(1000)), Unused.of(4, first)).toCompletableFuture().join();
        assertThat(left(minute(100), hour(1000))).containsExactly(94L, 994L);
        lease(new Wish(1, 1, 1, Unused.of(3, first)), minute(100), hour(1000));
        assertThat(left(minute(100), hour(1000))).containsExactly(96L, 996L);
        clock.advance(Duration.ofMinutes(1));
        lease(upTo(5), minute(100), hour(1000));
        store().giveBack(caller, List.of(minute(100), hour(1000)), Unused.of(3, first)).toCompletableFuture().join();
        assertThat(left(minute(100), hour(1000))).as("the minute is another").containsExactly(95L, 994L);
    }

    @Test
    void whatAShadowNoLongerCountsIsNotLeasedAhead() {
        Meter shadow = window(1, Duration.ofMinutes(1), false);
        assertThat(lease(upTo(10), shadow).permits()).isEqualTo(1);
        Grant over = lease(upTo(10), shadow);
        assertThat(over.permits()).isEqualTo(1);
        assertThat(over.taken().states()).containsExactly(new Taken.State(0, 50_000, true));
        store().giveBack(caller, List.of(shadow), Unused.of(1, over)).toCompletableFuture().join();
        assertThat(left(shadow)).as("it had not been counted").containsExactly(0L);
    }
}
