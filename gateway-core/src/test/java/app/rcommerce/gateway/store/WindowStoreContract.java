package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every store must do that counts in windows of the calendar. Identifiers are new for each test. */
public abstract class WindowStoreContract {

    /** Ten seconds past the beginning of an hour. */
    protected final HandClock clock = new HandClock(1_767_225_610_000L);

    protected final Identifier caller = Identifier.user("u" + Long.toHexString(new Random().nextLong()));

    /** The store, on the clock. */
    protected abstract LimitStore store();

    /** A fixed window as the configuration makes it. */
    protected static Meter window(long quota, Duration length, boolean enforced) {
        String field = "fixed:" + length.toMillis() + ":window";
        return new Meter("w", field, Algorithm.FIXED_WINDOW, quota, length.toMillis(), quota, enforced);
    }

    protected static Meter minute(long quota) {
        return window(quota, Duration.ofMinutes(1), true);
    }

    protected static Meter hour(long quota) {
        return window(quota, Duration.ofHours(1), true);
    }

    protected Decision take(int permits, Meter... meters) {
        return store().take(caller, List.of(meters), permits)
                .toCompletableFuture()
                .join();
    }

    private Decision usage(Meter... meters) {
        return store().usage(caller, List.of(meters)).toCompletableFuture().join();
    }

    @Test
    void theQuotaIsGrantedInEachWindow() {
        assertThat(take(2, minute(3)).states()).containsExactly(new Decision.State(1, 50_000, false));
        assertThat(take(1, minute(3)).granted()).isTrue();
        Decision refused = take(1, minute(3));
        assertThat(refused.granted()).isFalse();
        assertThat(refused.retryAfterMillis()).isEqualTo(50_000);
        assertThat(refused.states()).containsExactly(new Decision.State(0, 50_000, true));
        clock.advance(Duration.ofMillis(49_999));
        assertThat(take(1, minute(3)).granted()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(take(3, minute(3)).granted()).isTrue();
    }

    @Test
    void allWindowsCountOrNone() {
        assertThat(take(2, minute(2), hour(10)).granted()).isTrue();
        Decision refused = take(1, minute(2), hour(10));
        assertThat(refused.granted()).isFalse();
        assertThat(refused.states()).extracting(Decision.State::over).containsExactly(true, false);
        assertThat(take(8, hour(10)).granted())
                .as("the refused one was not counted")
                .isTrue();
        assertThat(take(1, hour(10)).granted()).isFalse();
    }

    @Test
    void metersOfOneWindowCountARequestOnceAndEachKeepsItsQuota() {
        Meter shadow = window(1, Duration.ofMinutes(1), false);
        assertThat(take(1, shadow, minute(3)).states())
                .extracting(Decision.State::remaining)
                .containsExactly(0L, 2L);
        Decision over = take(1, shadow, minute(3));
        assertThat(over.granted()).isTrue();
        assertThat(over.states()).extracting(Decision.State::over).containsExactly(true, false);
        assertThat(take(1, shadow, minute(3)).granted()).isTrue();
        assertThat(take(1, shadow, minute(3)).granted()).isFalse();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        Decision decision = take(2, minute(2), hour(2));
        store().giveBack(caller, List.of(minute(2), hour(2)), 1, decision)
                .toCompletableFuture()
                .join();
        assertThat(usage(minute(2), hour(2)).states())
                .extracting(Decision.State::remaining)
                .containsExactly(1L, 1L);
        clock.advance(Duration.ofMinutes(1));
        take(1, minute(2));
        store().giveBack(caller, List.of(minute(2)), 1, decision)
                .toCompletableFuture()
                .join();
        assertThat(usage(minute(2)).states().getFirst().remaining())
                .as("that window is over")
                .isEqualTo(1);
    }

    @Test
    void lookingDoesNotCountAndAResetForgets() {
        assertThat(usage(minute(2)).states()).containsExactly(new Decision.State(2, 0, false));
        take(2, minute(2));
        assertThat(usage(minute(2)).granted()).isFalse();
        assertThat(usage(minute(2)).states().getFirst().remaining()).isZero();
        store().reset(caller).toCompletableFuture().join();
        assertThat(take(2, minute(2)).granted()).isTrue();
    }

    @Test
    void whatIsChargedCountsWhateverTheQuota() {
        take(1, minute(3));
        store().charge(caller, List.of(minute(3), hour(100)), 5)
                .toCompletableFuture()
                .join();
        assertThat(take(1, minute(3)).granted()).isFalse();
        assertThat(take(1, minute(7)).granted()).isTrue();
        assertThat(usage(hour(100)).states().getFirst().remaining()).isEqualTo(95);
        clock.advance(Duration.ofMinutes(1));
        assertThat(take(3, minute(3)).granted()).isTrue();
    }

    @Test
    void moreThanTheQuotaIsNeverGranted() {
        assertThat(take(4, minute(3)).granted()).isFalse();
        assertThat(take(4, minute(3)).retryAfterMillis()).isEqualTo(60_000);
        assertThat(take(3, minute(3)).granted()).isTrue();
    }
}
