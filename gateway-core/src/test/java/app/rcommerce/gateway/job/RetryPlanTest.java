package app.rcommerce.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryPlanTest {

    /** Chance that moves nothing. */
    private static final RandomGenerator MIDDLE = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public double nextDouble() {
            return 0.5;
        }
    };

    private static List<Long> delays(RetryPlan plan, RandomGenerator random) {
        List<Long> delays = new ArrayList<>();
        long age = 0;
        for (int made = 1; made < 1_000; made++) {
            long delay = plan.delayMillis(made, age, 0, random);
            if (delay == RetryPlan.NONE) {
                break;
            }
            delays.add(delay);
            age += delay;
        }
        return delays;
    }

    @Test
    void theUsualPlanTriesForTwentyEightHours() {
        List<Long> delays = delays(RetryPlan.DEFAULT, MIDDLE);

        assertThat(delays.stream().map(delay -> delay / 1_000))
                .containsExactly(5L, 20L, 80L, 320L, 1_280L, 5_120L, 20_480L, 36_000L, 36_000L, 1_495L);
        assertThat(delays.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(Duration.ofHours(28).toMillis());
    }

    @Test
    void chanceMovesADelayByAFifthAtMost() {
        Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            assertThat(RetryPlan.DEFAULT.delayMillis(1, 0, 0, random)).isBetween(4_000L, 6_000L);
        }
    }

    @Test
    void whoRefusesMayAskForMoreTimeButForNoLess() {
        assertThat(RetryPlan.DEFAULT.delayMillis(1, 0, 60_000, MIDDLE)).isEqualTo(60_000);
        assertThat(RetryPlan.DEFAULT.delayMillis(1, 0, 1_000, MIDDLE)).isEqualTo(5_000);
        long age = Duration.ofHours(27).toMillis();
        assertThat(RetryPlan.DEFAULT.delayMillis(3, age, Duration.ofDays(9).toMillis(), MIDDLE))
                .as("as far as the time goes")
                .isEqualTo(Duration.ofHours(1).toMillis());
    }

    @Test
    void attemptsAndTimeEnd() {
        RetryPlan two = new RetryPlan(2, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMinutes(1));

        assertThat(two.delayMillis(1, 0, 0, MIDDLE)).isEqualTo(1_000);
        assertThat(two.delayMillis(2, 1_000, 0, MIDDLE)).isEqualTo(RetryPlan.NONE);
        assertThat(two.delayMillis(1, 60_000, 0, MIDDLE)).isEqualTo(RetryPlan.NONE);
    }
}
