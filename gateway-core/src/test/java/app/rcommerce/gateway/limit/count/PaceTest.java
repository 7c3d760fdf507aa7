package app.rcommerce.gateway.limit.count;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MINUTE = 60_000_000_000L;

    @Test
    void aWholeWindowAtOnceAndThenAsItFlowsIn() {
        // A monotonic clock may stand anywhere, and pass the end of its numbers.
        for (long start : new long[] {0, -5, Long.MAX_VALUE - MINUTE / 2}) {
            Pace pace = new Pace(100, MINUTE, start);
            for (int i = 0; i < 100; i++) {
                assertThat(pace.take(start)).isTrue();
            }
            assertThat(pace.take(start)).isFalse();
            assertThat(pace.take(start + MINUTE / 100 - 1)).isFalse();
            assertThat(pace.take(start + MINUTE / 100)).isTrue();
            assertThat(pace.take(start + MINUTE / 100)).isFalse();
            assertThat(pace.take(start + MINUTE)).isTrue();
        }
    }

    @Test
    void whatIsNotTakenDoesNotPileUp() {
        Pace pace = new Pace(2, MINUTE, 0);
        long later = 10 * MINUTE;
        assertThat(pace.take(later)).isTrue();
        assertThat(pace.take(later)).isTrue();
        assertThat(pace.take(later)).isFalse();
    }

    @Test
    void onePermitInAWindow() {
        Pace pace = new Pace(1, MINUTE, 7);
        assertThat(pace.take(7)).isTrue();
        assertThat(pace.take(8)).isFalse();
        assertThat(pace.take(7 + MINUTE)).isTrue();
    }
}
