package app.rcommerce.gateway.limit.local;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.local.LocalQuota.Debt;
import app.rcommerce.gateway.limit.local.LocalRequest.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalQuotaTest {

    /** Noon, so that no window of the calendar ends by chance. */
    private static final long NOON = 1_767_268_800_000L;

    private final LocalQuota quota = new LocalQuota(NOON);
    private long now = TimeUnit.HOURS.toNanos(1);

    private static Meter window(long quota, long millis) {
        return new Meter("a", "a:" + millis, quota, millis, true);
    }

    private static Meter meter(Algorithm algorithm, long quota, long millis, long burst) {
        return new Meter("a", "a:" + millis + algorithm, algorithm, quota, millis, burst, true);
    }

    private static Meter share(Meter meter, int nodes) {
        return new Meter(
                meter.policy(),
                meter.field(),
                meter.algorithm(),
                Math.max(1, meter.quota() / nodes),
                meter.windowMillis(),
                Math.max(1, meter.burst() / nodes),
                meter.enforced());
    }

    private LocalRequest request(Why why, int nodes, long permits, Known known, Meter... meters) {
        List<Meter> shares = new ArrayList<>();
        for (Meter meter : meters) {
            shares.add(share(meter, nodes));
        }
        return new LocalRequest(
                Meters.of(List.of(meters)),
                Meters.of(shares),
                known == null ? List.of() : List.of(known),
                permits,
                nodes,
                why);
    }

    /** Asks until it is refused; answers how many were admitted. */
    private int admits(LocalRequest request) {
        for (int admitted = 0; admitted < 10_000; admitted++) {
            if (!quota.take(request, now).granted()) {
                return admitted;
            }
        }
        return 10_000;
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Known left(long remaining) {
        return new Known(remaining, now, 0);
    }

    @Test
    void ofOneOfWhichNothingIsKnownHalfOfThisNodesShareIsAdmittedAndThenThePace() {
        LocalRequest request = request(Why.AWAY, 3, 1, null, window(300, 5_000));
        assertThat(admits(request)).isEqualTo(50);
        Decision refused = quota.take(request, now);
        assertThat(refused.retryAfterMillis())
                .as("lateness, and what three permits take")
                .isEqualTo(200 + 50);
        assertThat(refused.states().getFirst()).isEqualTo(new Decision.State(0, 250, true));
        pass(249);
        assertThat(admits(request)).isZero();
        pass(1);
        assertThat(admits(request)).isEqualTo(1);
        pass(1_000);
        assertThat(admits(request)).isEqualTo(20);
    }

    @Test
    void noNodeAdmitsMoreThanItsShareInAWindow() {
        LocalRequest request = request(Why.AWAY, 3, 1, null, window(300, 5_000));
        int admitted = 0;
        for (int i = 0; i < 480; i++) {
            admitted += admits(request);
            pass(10);
        }
        assertThat(admitted).isEqualTo(100);
    }

    @Test
    void whatTheStoreHasSaidLastIsWhereTheCountBegins() {
        for (long[] expected : new long[][] {{300, 50}, {240, 30}, {151, 1}, {150, 0}, {149, 0}, {10, 0}, {0, 0}}) {
            LocalQuota own = new LocalQuota(NOON);
            LocalRequest request = request(Why.LATE, 3, 1, left(expected[0]), window(300, 5_000));
            long admitted = 0;
            while (own.take(request, now).granted()) {
                admitted++;
            }
            assertThat(admitted).as("of %d that are left", expected[0]).isEqualTo(expected[1]);
        }
    }

    @Test
    void whatWasLeftIsAllThatIsAdmittedUntilAWindowHasPassedLessATenth() {
        LocalRequest request = request(Why.AWAY, 1, 1, left(100), window(300, 5_000));
        int admitted = 0;
        for (int i = 0; i < 499; i++) {
            admitted += admits(request);
            pass(10);
        }
        assertThat(admitted).isEqualTo(70);
        assertThat(quota.take(request, now).retryAfterMillis()).isEqualTo(10);
        pass(10);
        assertThat(quota.take(request, now).granted()).isTrue();
    }

    @Test
    void whatTheStoreHasGrantedToThisNodeIsPartOfItsShare() {
        // 240 are left as far as it knows, of which the others may have had most since.
        for (long[] expected : new long[][] {{0, 70}, {1, 70}, {25, 50}, {40, 35}, {60, 30}, {200, 30}}) {
            LocalQuota own = new LocalQuota(NOON);
            long heard = now;
            long admitted = 0;
            for (int i = 0; i < 499; i++) {
                now = heard + TimeUnit.MILLISECONDS.toNanos(10L * i);
                Known known = new Known(240, heard, expected[0]);
                while (own.take(request(Why.AWAY, 3, 1, known, window(300, 5_000)), now)
                        .granted()) {
                    admitted++;
                }
            }
            assertThat(admitted).as("where it was granted %d", expected[0]).isEqualTo(expected[1]);
            assertThat(own.take(request(Why.AWAY, 3, 1, new Known(240, heard, expected[0]), window(300, 5_000)), now)
                            .retryAfterMillis())
                    .isPositive();
        }
    }

    @Test
    void whoIsAtTheEdgeIsRefusedUntilAWindowHasPassed() {
        LocalRequest request = request(Why.AWAY, 2, 1, left(30), window(300, 5_000));
        assertThat(quota.take(request, now).retryAfterMillis()).isEqualTo(5_000);
        pass(4_999);
        assertThat(admits(request)).isZero();
        assertThat(quota.take(request, now).retryAfterMillis()).isEqualTo(1);
        pass(1);
        assertThat(admits(request)).isEqualTo(75);
    }

    @Test
    void aNewerAnswerOfTheStoreBeginsTheCountAnewAndAnOlderOneDoesNot() {
        Known first = left(300);
        pass(100);
        Known second = left(180);
        assertThat(admits(request(Why.LATE, 3, 1, second, window(300, 5_000)))).isEqualTo(10);
        assertThat(admits(request(Why.LATE, 3, 1, first, window(300, 5_000)))).isZero();
        quota.settle(now);
        pass(1);
        assertThat(admits(request(Why.LATE, 3, 1, left(180), window(300, 5_000))))
                .isEqualTo(10);
    }

    @Test
    void whatTheStoreDoesNotKnowYetCountsWhateverItSays() {
        assertThat(admits(request(Why.AWAY, 3, 1, left(180), window(300, 5_000))))
                .isEqualTo(10);
        pass(1);
        assertThat(admits(request(Why.AWAY, 3, 1, left(180), window(300, 5_000))))
                .isZero();
        assertThat(admits(request(Why.AWAY, 3, 1, left(186), window(300, 5_000))))
                .isZero();
        pass(1);
        assertThat(admits(request(Why.AWAY, 3, 1, left(186), window(300, 5_000))))
                .isEqualTo(2);
    }

    @Test
    void whileTheStoreIsBeingToldThereIsNoPace() {
        Known known = left(180);
        pass(2_000);
        assertThat(admits(request(Why.TOLD, 3, 1, known, window(300, 5_000)))).isEqualTo(10);
        assertThat(quota.take(request(Why.TOLD, 3, 1, known, window(300, 5_000)), now)
                        .retryAfterMillis())
                .isEqualTo(200);
        assertThat(admits(request(Why.LATE, 3, 1, known, window(300, 5_000)))).isEqualTo(36);
    }

    /** Others may be getting answers all the time, and what this node knows may be old. */
    @Test
    void whileAnswersAreLateThereIsNoPaceBelowHalfOfTheQuota() {
        Known known = left(150);
        pass(4_000);
        assertThat(admits(request(Why.LATE, 3, 1, known, window(300, 5_000)))).isZero();
        assertThat(quota.take(request(Why.LATE, 3, 1, known, window(300, 5_000)), now)
                        .retryAfterMillis())
                .isEqualTo(200);
    }

    @Test
    void aShareIsAtLeastOneWhereMoreThanHalfIsLeft() {
        assertThat(admits(request(Why.LATE, 100, 1, left(2), window(3, 5_000)))).isEqualTo(1);
        assertThat(admits(request(Why.LATE, 100, 1, left(1), window(2, 6_000)))).isZero();
    }

    @Test
    void aBucketGoesOnFilling() {
        Meter bucket = meter(Algorithm.TOKEN_BUCKET, 100, 1_000, 60);
        LocalRequest request = request(Why.AWAY, 1, 1, left(40), bucket);
        assertThat(admits(request)).isEqualTo(10);
        assertThat(quota.take(request, now).retryAfterMillis()).isEqualTo(210);
        pass(210);
        assertThat(admits(request)).isEqualTo(1);
        pass(100);
        assertThat(admits(request)).isEqualTo(10);
        pass(300);
        assertThat(admits(request))
                .as("once it would be full nothing is known, and half is admitted")
                .isEqualTo(30);
    }

    @Test
    void aWindowOfTheCalendarBeginsAnewWithTheCalendar() {
        Meter minute = meter(Algorithm.FIXED_WINDOW, 60, 60_000, 60);
        pass(50_000);
        Known known = left(6);
        LocalRequest request = request(Why.AWAY, 1, 1, known, minute);
        assertThat(quota.take(request, now).retryAfterMillis()).isEqualTo(10_000);
        pass(9_999);
        assertThat(admits(request)).isZero();
        pass(1);
        assertThat(admits(request)).isEqualTo(30);
    }

    @Test
    void allMetersHaveRoomOrNothingIsTaken() {
        Meter wide = window(3_000, 60_000);
        Meter narrow = window(10, 5_000);
        LocalRequest request = request(Why.AWAY, 1, 1, null, narrow, wide);
        assertThat(admits(request)).isEqualTo(5);
        assertThat(quota.take(request, now).states().getLast().remaining()).isEqualTo(2_995);
        assertThat(quota.lifeMillis()).isEqualTo(60_000);
    }

    @Test
    void aMeterInShadowModeRefusesNothing() {
        Meter shadow = new Meter("s", "s:5000", 4, 5_000, false);
        assertThat(admits(request(Why.AWAY, 1, 1, null, shadow, window(20, 5_000))))
                .isEqualTo(10);
    }

    @Test
    void whatIsGivenBackMayBeTakenAgainAndIsNotOwed() {
        LocalRequest request = request(Why.AWAY, 1, 4, null, window(20, 5_000));
        Decision first = quota.take(request, now);
        assertThat(first.granted()).isTrue();
        assertThat(quota.take(request, now).granted()).isTrue();
        assertThat(quota.take(request, now).granted()).isFalse();
        quota.giveBack(request, 4, first, now);
        assertThat(quota.take(request, now).granted()).isTrue();
        assertThat(quota.settle(now))
                .singleElement()
                .satisfies(debt -> assertThat(debt.permits()).isEqualTo(8));
    }

    @Test
    void whatWasUsedBeyondIsOwedAndCounts() {
        LocalRequest request = request(Why.AWAY, 1, 2, null, window(20, 5_000));
        quota.take(request, now);
        quota.charge(request, 7, now);
        assertThat(quota.take(request, now).granted()).isFalse();
        assertThat(quota.settle(now))
                .singleElement()
                .satisfies(debt -> assertThat(debt.permits()).isEqualTo(9));
    }

    @Test
    void whatIsOwedIsWhatStillCountsOfEachMeter() {
        Meter second = window(100, 1_000);
        Meter minute = window(1_000, 60_000);
        LocalRequest request = request(Why.AWAY, 1, 1, null, second, minute);
        assertThat(quota.isInDebt()).isFalse();
        for (int i = 0; i < 3; i++) {
            quota.take(request, now);
        }
        pass(1_100);
        for (int i = 0; i < 2; i++) {
            quota.take(request, now);
        }
        assertThat(quota.isInDebt()).isTrue();
        List<Debt> debts = quota.settle(now);
        assertThat(debts).hasSize(2);
        assertThat(debts.getFirst().permits()).isEqualTo(2);
        assertThat(debts.getFirst().meters()).containsExactly(second);
        assertThat(debts.getLast().permits()).isEqualTo(5);
        assertThat(debts.getLast().meters()).containsExactly(minute);
        assertThat(quota.isInDebt()).isFalse();
        assertThat(quota.settle(now)).isEmpty();
    }

    @Test
    void aDebtThatWasNotToldCountsFromWhenItWasMade() {
        for (Algorithm algorithm : Algorithm.values()) {
            LocalQuota own = new LocalQuota(NOON);
            LocalRequest request = request(Why.AWAY, 1, 3, null, meter(algorithm, 60, 60_000, 60));
            own.take(request, now);
            long later = now + TimeUnit.MILLISECONDS.toNanos(1_500);
            List<Debt> debts = own.settle(later);
            own.take(request, later);
            own.unsettle(debts.getFirst(), later);
            assertThat(own.isInDebt()).isTrue();
            // A bucket has had half a permit more than it takes back to fill meanwhile.
            long owed = algorithm == Algorithm.TOKEN_BUCKET ? 5 : 6;
            assertThat(own.settle(later))
                    .singleElement()
                    .satisfies(debt ->
                            assertThat(debt.permits()).as("%s", algorithm).isEqualTo(owed));
        }
        LocalRequest request = request(Why.AWAY, 1, 3, null, window(60, 60_000));
        quota.take(request, now);
        pass(40_000);
        quota.unsettle(quota.settle(now).getFirst(), now);
        pass(22_000);
        assertThat(quota.settle(now)).as("it has left the window").isEmpty();
    }

    @Test
    void whatTheStoreSaysWhenItIsToldIsWhatIsKnown() {
        LocalRequest request = request(Why.AWAY, 3, 1, null, window(300, 5_000));
        assertThat(admits(request)).isEqualTo(50);
        pass(1);
        Debt debt = quota.settle(now).getFirst();
        quota.settled(debt, new Decision(true, 0, List.of(new Decision.State(0, 10, false))), now);
        pass(1_000);
        assertThat(admits(request)).isZero();
    }

    @Test
    void theStoreIsLeftAloneOnceAfterItWasAway() {
        LocalRequest away = request(Why.AWAY, 1, 1, null, window(300, 5_000));
        quota.take(request(Why.LATE, 1, 1, null, window(300, 5_000)), now);
        assertThat(quota.hold(now + 500)).as("it was late only").isFalse();
        assertThat(quota.isHeld(now)).isFalse();
        quota.take(away, now);
        assertThat(quota.hold(now + 500)).isTrue();
        assertThat(quota.hold(now + 900)).as("it is held already").isFalse();
        assertThat(quota.isHeld(now + 499)).isTrue();
        assertThat(quota.isHeld(now + 500)).isFalse();
        quota.take(away, now);
        quota.hold(now + 5_000);
        quota.unsettle(quota.settle(now).getFirst(), now);
        assertThat(quota.isHeld(now)).as("it was not told").isFalse();
        assertThat(quota.hold(now + 500)).isTrue();
    }

    @Test
    void itKnowsAboutHowLargeItIs() {
        int empty = quota.bytes();
        quota.take(request(Why.AWAY, 1, 1, null, window(300, 5_000)), now);
        assertThat(quota.bytes()).isGreaterThan(empty + 200);
    }

    @Test
    void aShareHoldsWhateverWasUsedBeyondOrGivenBack() {
        LocalRequest request = request(Why.AWAY, 2, 5, null, window(20, 5_000));
        Decision first = quota.take(request, now);
        quota.charge(request, 5, now);
        assertThat(quota.settle(now)).isNotEmpty();
        pass(4_990);
        LocalRequest newer = request(Why.AWAY, 2, 1, left(20), window(20, 5_000));
        assertThat(admits(newer)).as("ten of ten have been used").isZero();
        quota.giveBack(request, 5, first, now);
        assertThat(admits(newer)).isEqualTo(5);
    }

    @Test
    void ofABucketNothingIsWorthKnowingOnceItIsFull() {
        quota.take(request(Why.AWAY, 1, 1, null, meter(Algorithm.TOKEN_BUCKET, 10, 1_000, 20)), now);
        assertThat(quota.lifeMillis()).isEqualTo(2_000);
    }
}
