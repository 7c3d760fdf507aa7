package app.rcommerce.gateway.limit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.count.Decision;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalTest {

    private static final long LEASE = TimeUnit.MILLISECONDS.toNanos(100);

    private static Decision refused(long retryAfterMillis) {
        return new Decision(false, retryAfterMillis, List.of(new Decision.State(2, retryAfterMillis, true)));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Test
    void itIsBelievedForTwoLeasesLivesAndThenForTwiceAsLongUpToTheTimeThatWasNamed() {
        Refusal first = Refusal.of(refused(60_000), 1, 0, LEASE, null);
        assertThat(millis(first.believedNanos())).isEqualTo(200);
        Refusal second = Refusal.of(refused(59_800), 1, first.untilNanos(), LEASE, first);
        assertThat(millis(second.believedNanos())).isEqualTo(400);
        assertThat(millis(second.untilNanos())).isEqualTo(600);
        assertThat(millis(Refusal.of(refused(300), 1, 0, LEASE, second).believedNanos()))
                .isEqualTo(300);
        assertThat(millis(Refusal.of(refused(60_000), 1, 0, 0, null).believedNanos()))
                .as("at least")
                .isEqualTo(20);
    }

    @Test
    void itStandsWhileItIsBelievedForThoseWhoWantAsMuchOrMore() {
        long at = TimeUnit.SECONDS.toNanos(7);
        Refusal refusal = Refusal.of(refused(60_000), 3, at, LEASE, null);
        assertThat(refusal.standing(3, at).retryAfterMillis()).isEqualTo(60_000);
        assertThat(refusal.standing(2, at)).as("fewer may be granted").isNull();
        Decision later = refusal.standing(4, at + TimeUnit.MILLISECONDS.toNanos(199));
        assertThat(later.granted()).isFalse();
        assertThat(later.retryAfterMillis()).isEqualTo(59_801);
        assertThat(later.states()).containsExactly(new Decision.State(2, 59_801, true));
        assertThat(refusal.standing(3, at + TimeUnit.MILLISECONDS.toNanos(200))).isNull();
    }

    @Test
    void whoWaitsAlwaysWaitsForAMillisecondAtLeast() {
        assertThat(refused(5).later(9).retryAfterMillis()).isEqualTo(1);
        assertThat(refused(5).later(9).states()).containsExactly(new Decision.State(2, 1, true));
        assertThat(new Decision.State(4, 0, false).later(9, 3)).isEqualTo(new Decision.State(7, 0, false));
        assertThat(new Decision.State(4, 20, false).later(9, 3)).isEqualTo(new Decision.State(7, 11, false));
        assertThat(new Decision.State(4, 20, true).later(9, 3)).isEqualTo(new Decision.State(4, 11, true));
    }
}
