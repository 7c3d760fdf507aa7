package app.rcommerce.gateway.limit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentGrantsTest {

    private static final Meter METER = new Meter("a", "a:8000", 100, 8_000, true);

    private static final long START = millis(-300);

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void whatWasGrantedCountsForAWindowAndAnEighthMoreAtMost() {
        RecentGrants recent = new RecentGrants(METER, START);
        recent.granted(5, millis(-300));
        assertThat(recent.sum(millis(-300))).isEqualTo(5);
        assertThat(recent.sum(millis(7_700))).isEqualTo(5);
        assertThat(recent.sum(millis(8_700))).isZero();
    }

    @Test
    void whatGoesBackIsTakenOffTheNewestAndNoMoreThanThereIs() {
        RecentGrants recent = new RecentGrants(METER, START);
        recent.granted(5, 0);
        recent.granted(3, millis(4_000));
        recent.returned(4, millis(4_100));
        assertThat(recent.sum(millis(8_500))).isEqualTo(4);
        assertThat(recent.sum(millis(9_000))).isZero();
        recent.granted(1, millis(9_000));
        recent.returned(2, millis(9_000));
        assertThat(recent.sum(millis(9_000))).isZero();
    }

    @Test
    void moreThanANumberHoldsIsStillMuch() {
        RecentGrants recent = new RecentGrants(METER, START);
        recent.granted(Integer.MAX_VALUE, 0);
        recent.granted(Long.MAX_VALUE / 2, 0);
        assertThat(recent.sum(0)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void neverFewerThanTheLastWindowHasSeenAndNeverMoreThanNineEighthsOfOne() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Deque<Long> grants = new ArrayDeque<>();
        long now = random.nextLong(-millis(100_000), millis(100_000));
        RecentGrants recent = new RecentGrants(METER, now);
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(50) == 0 ? random.nextLong(millis(12_000)) : random.nextLong(millis(200));
            recent.granted(1, now);
            grants.add(now);
            long at = now;
            assertThat(recent.sum(now))
                    .as("seed %d", seed)
                    .isBetween(
                            grants.stream()
                                    .filter(grant -> at - grant < millis(8_000))
                                    .count(),
                            grants.stream()
                                    .filter(grant -> at - grant < millis(9_000))
                                    .count());
            while (grants.size() > 500) {
                grants.removeFirst();
            }
        }
    }
}
