package app.rcommerce.gateway.limit.count;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowTest {

    /** Takes permits as a limiter would. */
    private static boolean take(SlidingWindow window, long quota, long permits, long now) {
        window.advance(now);
        if (window.total() + permits > quota) {
            return false;
        }
        window.add(permits);
        return true;
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 101, 150, 199, 250, 1_000, 10_000, 60_000, 3_600_000, 86_400_000, 31_622_400_000L})
    void neverOverTheQuotaAndNeverFarBelowIt(long windowMillis) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int schedule = 0; schedule < 60; schedule++) {
            long quota = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
            SlidingWindow window = new SlidingWindow(windowMillis);
            long longest = windowMillis + 2 * Meter.partMillis(windowMillis) + Meter.leaseMillis(windowMillis);
            List<long[]> log = new ArrayList<>();
            long now = random.nextLong(1L << 41);
            double pace = Math.pow(10, random.nextDouble() * 4 - 3) * windowMillis / quota;
            for (int i = 0; i < 600; i++) {
                now += random.nextInt(3) == 0 ? 0 : (long) (random.nextDouble() * 2 * pace);
                long permits = random.nextInt(4) == 0 ? 1 + random.nextLong(quota) : 1;
                long time = now;
                String what = "seed " + seed + ", quota " + quota + ", call " + i;
                if (take(window, quota, permits, now)) {
                    log.add(new long[] {now, permits});
                    assertThat(sum(log, time - windowMillis)).as(what).isLessThanOrEqualTo(quota);
                } else {
                    // Refused though the exact log might have room: only for what is one part too old.
                    assertThat(sum(log, time - longest) + permits).as(what).isGreaterThan(quota);
                }
            }
        }
    }

    /** What was admitted later than the time. */
    private static long sum(List<long[]> log, long after) {
        long sum = 0;
        for (int i = log.size() - 1; i >= 0 && log.get(i)[0] > after; i--) {
            sum += log.get(i)[1];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 250, 60_000, 3_600_000})
    void whatIsAdmittedEndsWithinAPartAndALeaseOfTheWindow(long windowMillis) {
        Random random = new Random(windowMillis);
        long part = Meter.partMillis(windowMillis);
        for (int i = 0; i < 500; i++) {
            SlidingWindow window = new SlidingWindow(windowMillis);
            long now = random.nextLong(1L << 41);
            take(window, 1, 1, now);
            long wait = window.millisUntilAtMost(0, now);
            // Where the window is no multiple of its parts, it is counted as the next one.
            long counted = Math.ceilDiv(windowMillis, part) * part;
            assertThat(wait)
                    .isGreaterThan(windowMillis - 1)
                    .isLessThanOrEqualTo(counted + part + Meter.leaseMillis(windowMillis));
            assertThat(take(window, 1, 1, now + wait - 1)).isFalse();
            assertThat(take(window, 1, 1, now + wait)).isTrue();
        }
    }

    @Test
    void theTimeToldIsTheFirstAtWhichThereIsRoom() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            SlidingWindow window = new SlidingWindow(1_000);
            long now = random.nextLong(1L << 41);
            for (int i = random.nextInt(30); i >= 0; i--) {
                now += random.nextInt(200);
                take(window, Long.MAX_VALUE / 2, 1 + random.nextInt(3), now);
            }
            long most = random.nextLong(window.total() + 1);
            long wait = window.millisUntilAtMost(most, now);
            assertThat(wait == 0).as("seed " + seed).isEqualTo(window.total() <= most);
            if (wait > 0) {
                window.advance(now + wait - 1);
                assertThat(window.total()).as("seed " + seed).isGreaterThan(most);
            }
            window.advance(now + wait);
            assertThat(window.total()).as("seed " + seed).isLessThanOrEqualTo(most);
        }
    }

    @Test
    void aClockThatStepsBackGrantsNothingAgainAndHoldsUpNothing() {
        SlidingWindow window = new SlidingWindow(60_000);
        assertThat(take(window, 2, 1, 1_000_000)).isTrue();
        assertThat(take(window, 2, 1, 500_000)).isTrue();
        assertThat(take(window, 2, 1, 400_000)).isFalse();
        assertThat(window.millisUntilAtMost(1, 400_000)).isBetween(60_000L, 60_700L);
        assertThat(take(window, 2, 1, 400_000 + 59_999)).isFalse();
        assertThat(take(window, 2, 1, 400_000 + 60_700)).isTrue();
    }

    @Test
    void aLongSilenceEmptiesTheWindow() {
        SlidingWindow window = new SlidingWindow(1_000);
        take(window, 5, 5, 0);
        assertThat(window.millisUntilMore(second(5), 0)).isEqualTo(1_025);
        window.advance(Long.MAX_VALUE / 4);
        assertThat(window.total()).isZero();
        assertThat(window.millisUntilMore(second(5), Long.MAX_VALUE / 4)).isZero();
    }

    @Test
    void whatIsGivenBackIsNoMoreThanWasTakenInThatPart() {
        SlidingWindow window = new SlidingWindow(1_000);
        take(window, 10, 3, 0);
        take(window, 10, 2, 10);
        window.giveBack(second(10), 5, 12);
        assertThat(window.total()).isEqualTo(3);
        window.giveBack(second(10), 1, 4);
        assertThat(window.total()).isEqualTo(2);
        window.giveBack(second(10), 1, 7);
        assertThat(window.total()).isEqualTo(2);
        window.giveBack(second(10), 9, 0);
        assertThat(window.total()).isZero();
        assertThat(take(window, 10, 10, 20)).isTrue();
    }

    private static Meter second(long quota) {
        return new Meter("a", "a:1000", quota, 1_000, true);
    }

    @Test
    void allMetersHaveRoomOrNoneIsCounted() {
        Counters counters = new Counters();
        Meter small = new Meter("a", "a:1000", 2, 1_000, true);
        Meter large = new Meter("b", "b:60000", 3, 60_000, true);
        Meter shadow = new Meter("c", "c:1000", 1, 1_000, false);
        List<Meter> meters = List.of(small, large, shadow);
        for (int i = 0; i < 2; i++) {
            assertThat(counters.take(meters, 1, 0).granted()).isTrue();
        }
        Decision refused = counters.take(meters, 1, 0);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.retryAfterMillis()).isEqualTo(1_025);
        assertThat(refused.states().stream().map(Decision.State::remaining)).containsExactly(0L, 1L, 0L);
        assertThat(refused.states().stream().map(Decision.State::over)).containsExactly(true, false, true);
        assertThat(counters.take(meters, 1, 1_025).granted()).isTrue();
        Decision longer = counters.take(meters, 1, 1_025);
        assertThat(longer.granted()).isFalse();
        assertThat(longer.retryAfterMillis()).isEqualTo(60_700 - 1_025);
        assertThat(counters.lifeMillis(1_025)).isEqualTo(60_700);
    }

    @Test
    void untilThereIsRoomIsWhenEnoughOfTheOldestPartsHaveGone() {
        Meter meter = new Meter("a", "a:10000", 10, 10_000, true);
        SlidingWindow window = new SlidingWindow(10_000);
        window.advance(meter, 0);
        window.add(meter, 4, false);
        window.advance(meter, 1_000);
        window.add(meter, 5, true);
        assertThat(window.room(meter)).isEqualTo(1);
        assertThat(window.leaseRoom(meter)).isEqualTo(1);
        // Parts of 50 ms, and a lease's life of 100 ms.
        assertThat(window.millisUntilMore(meter, 1_000)).isEqualTo(9_000 + 50 + 100);
        assertThat(window.millisUntilRoom(meter, 2, 1_000)).isEqualTo(9_000 + 50 + 100);
        assertThat(window.millisUntilRoom(meter, 5, 1_000)).isEqualTo(9_000 + 50 + 100);
        assertThat(window.millisUntilRoom(meter, 6, 1_000)).isEqualTo(10_000 + 50 + 100);
        assertThat(window.millisUntilRoom(meter, 10, 1_000)).isEqualTo(10_000 + 50 + 100);
        assertThat(window.millisUntilRoom(meter, 11, 1_000))
                .as("never; told as a window")
                .isEqualTo(10_000);
    }

    @Test
    void partsAreFinerInShortWindows() {
        assertThat(Meter.partMillis(10_000)).isEqualTo(50);
        assertThat(Meter.partMillis(10_001)).isEqualTo(101);
        assertThat(Meter.partMillis(60_000)).isEqualTo(600);
    }

    @Test
    void aLaterCountIsAddedPartByPart() {
        Meter meter = new Meter("a", "a:10000", 100, 10_000, true);
        SlidingWindow first = new SlidingWindow(10_000);
        first.advance(meter, 0);
        first.add(meter, 1, false);
        first.advance(meter, 2_000);
        first.add(meter, 2, false);
        SlidingWindow later = new SlidingWindow(10_000);
        later.advance(meter, 2_000);
        later.add(meter, 4, false);
        later.advance(meter, 5_000);
        later.add(meter, 8, false);
        first.advance(meter, 6_000);
        first.absorb(later);
        assertThat(first.total()).isEqualTo(15);
        first.add(meter, 16, false);
        for (long[] expected : new long[][] {{10_149, 31}, {10_150, 30}, {12_150, 24}, {15_150, 16}, {16_150, 0}}) {
            first.advance(meter, expected[0]);
            assertThat(first.total()).as("at %d", expected[0]).isEqualTo(expected[1]);
        }
    }
}
