package app.rcommerce.gateway.server.protocol.http2.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Pace pace = new Pace();

    private boolean look(boolean waiting, long bytes, long rate) {
        return pace.look(SECOND, waiting, bytes, new Pace.Bounds(10 * SECOND, rate));
    }

    @Test
    void silenceIsCountedSinceTheFirstLook() {
        for (int i = 0; i <= 9; i++) {
            assertThat(look(true, 0, 0)).as("after %d s", i).isTrue();
        }
        assertThat(pace.silentNanos()).isEqualTo(9 * SECOND);
        assertThat(look(true, 0, 0)).isFalse();
    }

    @Test
    void aByteEndsTheSilence() {
        for (int i = 0; i < 100; i++) {
            assertThat(look(true, i / 5, 0)).isTrue();
        }
    }

    @Test
    void whatIsNotWaitedForDoesNotCount() {
        for (int i = 0; i < 100; i++) {
            assertThat(look(i % 9 != 0, 0, 0)).isTrue();
        }
    }

    @Test
    void theRateHoldsAfterTheGrace() {
        int seconds = 0;
        while (look(true, seconds * 50L, 100)) {
            seconds++;
        }
        // After n seconds n * 50 bytes are there, which take n / 2 seconds, and 5 are free.
        assertThat(seconds).isBetween(10, 12);
        Pace enough = new Pace();
        for (int i = 0; i < 1_000; i++) {
            assertThat(enough.look(SECOND, true, i * 100L, new Pace.Bounds(10 * SECOND, 100)))
                    .isTrue();
        }
    }

    @Test
    void contentOfAnySizeFitsTheArithmetic() {
        assertThat(look(true, 0, 1)).isTrue();
        assertThat(look(true, Long.MAX_VALUE / 2, 1)).isTrue();
    }
}
