package app.rcommerce.gateway.limit.count;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountersTest {

    private static final long NOW = 1_767_225_600_000L;
    private static final Meter WIDE = new Meter("w", "w:60000", 100, 60_000, true);
    private static final Meter NARROW = new Meter("n", "n:5000", 10, 5_000, true);

    private final Counters counters = new Counters();

    private static Meter shadow(long quota) {
        return new Meter("s", "s:5000", quota, 5_000, false);
    }

    private static Meter calendar(long quota) {
        return new Meter("c" + quota, "fixed:60000:window", Algorithm.FIXED_WINDOW, quota, 60_000, quota, true);
    }

    private long left(Meter meter) {
        return counters.usage(List.of(meter), NOW).states().getFirst().remaining();
    }

    @Test
    void allMetersCountOrNone() {
        Decision decision = counters.take(List.of(NARROW, WIDE), 10, NOW);
        assertThat(decision.granted()).isTrue();
        assertThat(decision.retryAfterMillis()).isZero();
        assertThat(decision.states()).extracting(Decision.State::remaining).containsExactly(0L, 90L);
        assertThat(decision.states()).extracting(Decision.State::over).containsExactly(false, false);
        assertThat(decision.taken()).containsExactly(new Unused(10, NOW, decision.states()));
        Decision refused = counters.take(List.of(NARROW, WIDE), 1, NOW);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.states()).extracting(Decision.State::over).containsExactly(true, false);
        assertThat(refused.retryAfterMillis())
                .isEqualTo(refused.states().getFirst().resetMillis())
                .isPositive();
        assertThat(refused.taken()).isEmpty();
        assertThat(left(WIDE)).isEqualTo(90);
    }

    @Test
    void theLongestOfAllWaitsIsNamed() {
        counters.take(List.of(NARROW), 10, NOW);
        counters.take(List.of(WIDE), 100, NOW);
        long wide = counters.take(List.of(WIDE), 1, NOW).retryAfterMillis();
        assertThat(counters.take(List.of(NARROW, WIDE), 1, NOW).retryAfterMillis())
                .isEqualTo(wide)
                .isGreaterThan(60_000);
        assertThat(counters.take(List.of(WIDE, NARROW), 1, NOW).retryAfterMillis())
                .isEqualTo(wide);
    }

    @Test
    void aMeterInShadowModeReportsAndCountsNothingOnceItIsOver() {
        Decision decision = counters.take(List.of(shadow(2), NARROW), 3, NOW);
        assertThat(decision.granted()).isTrue();
        assertThat(decision.states()).extracting(Decision.State::over).containsExactly(true, false);
        assertThat(decision.states()).extracting(Decision.State::remaining).containsExactly(2L, 7L);
        counters.giveBack(List.of(shadow(2), NARROW), decision.taken().getFirst(), NOW);
        assertThat(left(shadow(2))).as("it had counted nothing").isEqualTo(2);
        assertThat(left(NARROW)).isEqualTo(10);
    }

    @Test
    void aLeaseIsOneNodesShareOfWhatTheNarrowestHasLeftAndTheLeastInAnyCase() {
        assertThat(counters.lease(List.of(WIDE, NARROW), new LeaseRequest(1, 50, 1, Unused.NONE), NOW)
                        .permits())
                .isEqualTo(10);
        Counters other = new Counters();
        assertThat(other.lease(List.of(WIDE), new LeaseRequest(1, 90, 3, Unused.NONE), NOW)
                        .permits())
                .isEqualTo(33);
        assertThat(other.lease(List.of(WIDE), new LeaseRequest(50, 60, 3, Unused.NONE), NOW)
                        .permits())
                .isEqualTo(50);
        assertThat(other.lease(List.of(WIDE), new LeaseRequest(20, 60, 3, Unused.NONE), NOW)
                        .permits())
                .isZero();
        assertThat(other.lease(List.of(WIDE), new LeaseRequest(5, 7, 1, Unused.NONE), NOW)
                        .permits())
                .isEqualTo(7);
    }

    @Test
    void whatALeaseOfABucketCountsIsAsIfItWereUsedAtItsEnd() {
        Meter bucket = new Meter("b", "b:bucket", Algorithm.TOKEN_BUCKET, 10, 1_000, 20, true);
        Grant grant = counters.lease(List.of(bucket), new LeaseRequest(1, 5, 1, Unused.NONE), NOW);
        assertThat(grant.permits()).isEqualTo(5);
        assertThat(counters.lifeMillis(NOW)).isEqualTo(540);
        Counters other = new Counters();
        other.lease(List.of(bucket), new LeaseRequest(5, 5, 1, Unused.NONE), NOW);
        assertThat(other.lifeMillis(NOW))
                .as("no more than the least is used at once")
                .isEqualTo(500);
    }

    @Test
    void whatIsUnusedGoesBackBeforeWhatIsAskedFor() {
        Grant first = counters.lease(List.of(NARROW), new LeaseRequest(1, 10, 1, Unused.NONE), NOW);
        Grant second = counters.lease(List.of(NARROW), new LeaseRequest(4, 4, 1, Unused.of(6, first)), NOW);
        assertThat(second.permits()).isEqualTo(4);
        assertThat(left(NARROW)).isEqualTo(2);
        assertThat(counters.lease(List.of(NARROW), new LeaseRequest(3, 3, 1, Unused.NONE), NOW)
                        .permits())
                .isZero();
    }

    @Test
    void metersOfOneFieldCountOnceAndRefuseEach() {
        Decision decision = counters.take(List.of(calendar(50), calendar(20)), 15, NOW);
        assertThat(decision.states()).extracting(Decision.State::remaining).containsExactly(35L, 5L);
        assertThat(counters.take(List.of(calendar(50), calendar(20)), 6, NOW).granted())
                .isFalse();
        counters.giveBack(
                List.of(calendar(50), calendar(20)), decision.taken().getFirst().of(5), NOW);
        assertThat(left(calendar(50))).as("and go back once").isEqualTo(40);
        counters.take(List.of(calendar(50), calendar(20)), 5, NOW);
        counters.charge(List.of(calendar(50), calendar(20)), 7, NOW);
        assertThat(left(calendar(50))).isEqualTo(28);
        assertThat(left(calendar(20))).as("never negative").isZero();
    }

    @Test
    void whatIsChargedCountsInEveryMeterThoughItExpires() {
        counters.charge(List.of(NARROW, WIDE), 12, NOW);
        assertThat(left(NARROW)).isZero();
        assertThat(left(WIDE)).isEqualTo(88);
        counters.charge(List.of(NARROW, WIDE), 1, NOW + 20_000);
        assertThat(counters.usage(List.of(NARROW), NOW + 20_000)
                        .states()
                        .getFirst()
                        .remaining())
                .isEqualTo(9);
    }

    @Test
    void lookingCountsNothing() {
        assertThat(counters.usage(List.of(NARROW), NOW).granted()).isTrue();
        assertThat(counters.usage(List.of(NARROW), NOW).taken()).isEmpty();
        assertThat(left(NARROW)).isEqualTo(10);
        counters.take(List.of(NARROW), 10, NOW);
        assertThat(counters.usage(List.of(NARROW), NOW).granted()).isFalse();
    }

    @Test
    void whatIsTakenOutAndPutBackCountsFromWhenItWasCounted() {
        counters.take(List.of(NARROW), 4, NOW);
        Count count = counters.remove(NARROW);
        assertThat(counters.counted(NARROW, NOW)).isZero();
        counters.take(List.of(NARROW), 2, NOW + 3_000);
        counters.restore(NARROW, count, NOW + 3_000);
        assertThat(counters.counted(NARROW, NOW + 3_000)).isEqualTo(6);
        assertThat(counters.counted(NARROW, NOW + 5_200))
                .as("the first have left the window")
                .isEqualTo(2);
        assertThat(counters.counted(NARROW, NOW + 8_200)).isZero();
        counters.take(List.of(NARROW), 3, NOW + 9_000);
        Count gone = counters.remove(NARROW);
        counters.take(List.of(NARROW), 1, NOW + 16_000);
        counters.restore(NARROW, gone, NOW + 16_000);
        assertThat(counters.counted(NARROW, NOW + 16_000))
                .as("what has expired meanwhile is not put back")
                .isEqualTo(1);
    }

    @Test
    void theyLiveAsLongAsTheLongestAndKnowAboutHowLargeTheyAre() {
        int empty = counters.bytes();
        counters.take(List.of(NARROW), 1, NOW);
        int one = counters.bytes();
        counters.take(List.of(NARROW, WIDE), 1, NOW);
        assertThat(one).isGreaterThanOrEqualTo(empty + 96);
        assertThat(counters.bytes()).isGreaterThanOrEqualTo(one + 96);
        assertThat(counters.lifeMillis(NOW)).isBetween(60_000L, 61_000L);
    }

    @Test
    void whatIsOverSaysWhenItWouldGrantAndOthersWhenThereIsMore() {
        Meter bucket = new Meter("b", "b:bucket", Algorithm.TOKEN_BUCKET, 10, 1_000, 20, true);
        counters.take(List.of(bucket), 18, NOW);
        assertThat(counters.take(List.of(bucket), 5, NOW).states()).containsExactly(new Decision.State(2, 300, true));
        assertThat(counters.take(List.of(bucket), 1, NOW).states()).containsExactly(new Decision.State(1, 100, false));
    }

    @Test
    void whatGoesBackGoesIntoTheTimeAtWhichItWasGranted() {
        Meter bucket = new Meter("b", "b:bucket", Algorithm.TOKEN_BUCKET, 10, 1_000, 20, true);
        counters.take(List.of(bucket), 10, NOW);
        counters.giveBack(List.of(bucket), new Unused(5, NOW, List.of()), NOW + 300);
        assertThat(counters.counted(bucket, NOW + 300)).isEqualTo(2);
    }
}
