package app.rcommerce.gateway.limit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimedLeaseTest {

    /** A minute: permits may be used for 100 ms, and what 50 ms need is asked for. */
    private static final Meters METERS = Meters.of(List.of(new Meter("a", "a:60000", 1_000, 60_000, true)));

    private long now = TimeUnit.HOURS.toNanos(1);
    private final TimedLease lease = new TimedLease(METERS, now);

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Grant granted(long permits, long atMillis) {
        List<Decision.State> states = List.of(new Decision.State(500, 30_000, false));
        return new Grant(permits, new Decision(true, 0, states), atMillis);
    }

    private static Grant refused(long retryAfterMillis) {
        return new Grant(
                0, new Decision(false, retryAfterMillis, List.of(new Decision.State(0, retryAfterMillis, true))), 0);
    }

    /** Asks now, and is granted so many at a time of the store. */
    private void grant(long permits, long atMillis) {
        lease.answered(granted(permits, atMillis), LeaseRequest.exactly(permits), now, now);
    }

    private long held() {
        long count = 0;
        while (lease.use(1, now) != null) {
            count++;
        }
        return count;
    }

    @Test
    void whatIsHeldIsUsedAndTellsOfWhichGrantItIs() {
        assertThat(lease.use(1, now)).as("nobody has been asked").isNull();
        assertThat(lease.isIdle()).isTrue();
        grant(5, 70);
        assertThat(lease.isIdle()).isFalse();
        pass(20);
        Decision decision = lease.use(2, now);
        assertThat(decision.granted()).isTrue();
        assertThat(decision.states())
                .as("three that are held are still to be had")
                .containsExactly(new Decision.State(503, 29_980, false));
        assertThat(decision.taken())
                .containsExactly(new Unused(2, 70, granted(5, 70).decision().states()));
        assertThat(lease.use(4, now)).isNull();
        assertThat(lease.use(3, now).taken().getFirst().permits()).isEqualTo(3);
        assertThat(lease.isIdle()).isTrue();
    }

    @Test
    void permitsAreOfTheOldestGrantsFirst() {
        grant(2, 70);
        pass(10);
        grant(3, 80);
        Decision decision = lease.use(4, now);
        assertThat(decision.taken()).extracting(Unused::permits).containsExactly(2L, 2L);
        assertThat(decision.taken()).extracting(Unused::atMillis).containsExactly(70L, 80L);
        assertThat(held()).isEqualTo(1);
    }

    @Test
    void whatHasOutlivedItsLeaseGoesBack() {
        grant(4, 70);
        pass(30);
        grant(2, 100);
        lease.use(1, now);
        pass(70);
        assertThat(held()).as("up to the very end").isEqualTo(5);
        grant(4, 170);
        lease.use(1, now);
        pass(100);
        assertThat(lease.leftover(now)).isNull();
        now++;
        assertThat(lease.leftover(now)).isEqualTo(Unused.of(3, granted(4, 170)));
        assertThat(lease.leftover(now)).isNull();
        assertThat(lease.isIdle()).isTrue();
        assertThat(lease.use(1, now)).isNull();
    }

    @Test
    void theLifeOfALeaseBeginsWhenItsQuestionIsSent() {
        long sent = now;
        pass(60);
        lease.answered(granted(3, 70), LeaseRequest.exactly(3), sent, now);
        pass(40);
        assertThat(lease.use(1, now)).isNotNull();
        now++;
        assertThat(lease.use(1, now)).isNull();
        assertThat(lease.leftover(now).permits()).isEqualTo(2);
    }

    @Test
    void anAnswerIsStaleWhenItsLeaseHasEndedOrTheDeadlineWhereThatIsLonger() {
        assertThat(lease.isStale(now, now + TimeUnit.MILLISECONDS.toNanos(100))).isFalse();
        assertThat(lease.isStale(now, now + TimeUnit.MILLISECONDS.toNanos(100) + 1))
                .isTrue();
        Lease shorter = new TimedLease(Meters.of(List.of(new Meter("a", "a:500", 10, 500, true))), now);
        assertThat(shorter.isStale(now, now + TimeUnit.MILLISECONDS.toNanos(30)))
                .isFalse();
        assertThat(shorter.isStale(now, now + TimeUnit.MILLISECONDS.toNanos(30) + 1))
                .isTrue();
    }

    @Test
    void whatSomebodyElseRefusedIsHeldAgain() {
        grant(2, 70);
        pass(1);
        grant(2, 80);
        Unused first = lease.use(1, now).taken().getFirst();
        assertThat(lease.putBack(first, now)).isNull();
        assertThat(lease.putBack(first, now)).as("no more than were granted").isNotNull();
        Unused both = lease.use(2, now).taken().getFirst();
        assertThat(both.permits()).isEqualTo(2);
        assertThat(lease.putBack(both, now))
                .as("the grant that was used up last")
                .isNull();
        assertThat(held()).isEqualTo(4);
        assertThat(lease.putBack(new Unused(1, 99, List.of()), now))
                .as("of no grant that is known")
                .isNotNull();
    }

    @Test
    void whatComesBackAfterItsLeaseIsForTheStore() {
        grant(1, 70);
        Unused taken = lease.use(1, now).taken().getFirst();
        pass(100);
        assertThat(lease.putBack(taken, now)).isNull();
        lease.use(1, now);
        now++;
        assertThat(lease.putBack(taken, now)).isNotNull();
        assertThat(lease.isIdle()).isTrue();
    }

    @Test
    void oldestFirstAlsoWhatWasPutBack() {
        grant(1, 70);
        pass(10);
        grant(1, 80);
        Unused taken = lease.use(1, now).taken().getFirst();
        assertThat(lease.putBack(taken, now)).isNull();
        assertThat(lease.use(1, now).taken().getFirst().atMillis()).isEqualTo(70);
    }

    @Test
    void aRefusalStandsWhatIsHeldCountsTowardsIt() {
        grant(2, 70);
        lease.answered(refused(10_000), new LeaseRequest(3, 3, 1, Unused.NONE), now, now);
        assertThat(lease.use(5, now).granted()).as("three are missing").isFalse();
        assertThat(lease.use(4, now)).as("two are missing, and may be granted").isNull();
        assertThat(lease.use(2, now).granted()).isTrue();
        assertThat(lease.use(3, now).retryAfterMillis()).isEqualTo(10_000);
        pass(199);
        assertThat(lease.use(3, now).retryAfterMillis()).isEqualTo(9_801);
        pass(1);
        assertThat(lease.use(3, now)).isNull();
    }

    @Test
    void aRefusalIsOverWhenPermitsHaveGoneBackOrAreGranted() {
        lease.answered(refused(10_000), LeaseRequest.exactly(1), now, now);
        assertThat(lease.use(1, now)).isNotNull();
        lease.returned();
        assertThat(lease.use(1, now)).isNull();
        lease.answered(refused(10_000), LeaseRequest.exactly(1), now, now);
        grant(1, 70);
        lease.use(1, now);
        assertThat(lease.use(1, now)).isNull();
    }

    @Test
    void moreIsAskedForAheadWhenAQuarterIsLeftOfThoseInDemand() {
        grant(1, 70);
        assertThat(lease.isRunningLow(now)).as("one at a time is no demand").isFalse();
        lease.use(1, now);
        grant(8, 70);
        lease.use(5, now);
        assertThat(lease.isRunningLow(now)).isFalse();
        lease.use(1, now);
        assertThat(lease.isRunningLow(now)).as("two of eight").isTrue();
        lease.use(2, now);
        assertThat(lease.isRunningLow(now))
                .as("nothing is held: who comes next asks")
                .isFalse();
    }

    @Test
    void nobodyAsksAheadForAMomentAfterAFailureOrWhileARefusalIsBelieved() {
        grant(8, 70);
        lease.use(7, now);
        lease.failed(now);
        pass(49);
        assertThat(lease.isRunningLow(now)).isFalse();
        pass(1);
        assertThat(lease.isRunningLow(now)).isTrue();
        lease.answered(refused(40), LeaseRequest.exactly(1), now, now);
        pass(39);
        assertThat(lease.isRunningLow(now)).isFalse();
        pass(1);
        assertThat(lease.isRunningLow(now)).isTrue();
    }

    @Test
    void whatIsAskedForFollowsTheDemandOfTheNext50MillisAtMostTwiceTheLast() {
        pass(1_000);
        lease.demanded(1_000);
        assertThat(lease.request(1, 0, 3, now)).isEqualTo(new LeaseRequest(1, 2, 3, Unused.NONE));
        for (long[] asked : new long[][] {{400, 4}, {400, 8}, {400, 16}, {400, 20}, {200, 10}, {0, 1}}) {
            pass(1_000);
            lease.demanded(asked[0]);
            assertThat(lease.request(1, 0, 1, now).most()).isEqualTo(asked[1]);
        }
        pass(1_000);
        lease.demanded(21);
        assertThat(lease.request(1, 0, 1, now).most()).as("rounded up").isEqualTo(2);
    }

    @Test
    void whoWaitsIsAskedForInAnyCase() {
        pass(1_000);
        lease.demanded(5);
        LeaseRequest request = lease.request(2, 5, 1, now);
        assertThat(request.least()).isEqualTo(2);
        assertThat(request.most()).isEqualTo(5);
        grant(3, 70);
        assertThat(lease.request(5, 0, 1, now).least())
                .as("what is held need not be asked for")
                .isEqualTo(2);
        assertThat(lease.request(1, 0, 1, now).least()).isEqualTo(1);
    }

    @Test
    void whatIsToGoBackGoesWithTheNextQuestion() {
        grant(3, 70);
        pass(101);
        assertThat(lease.request(1, 0, 1, now).unused()).isEqualTo(Unused.of(3, granted(3, 70)));
        assertThat(lease.request(1, 0, 1, now).unused()).isEqualTo(Unused.NONE);
    }

    @Test
    void whatIsGivenUpGoesBackAndWhatIsForgottenDoesNot() {
        grant(3, 70);
        lease.answered(refused(10_000), LeaseRequest.exactly(4), now, now);
        lease.giveUp(now);
        assertThat(lease.use(4, now)).as("nor is anything refused").isNull();
        assertThat(lease.isIdle()).isFalse();
        assertThat(lease.leftover(now).permits()).isEqualTo(3);
        grant(3, 80);
        Unused taken = lease.use(3, now).taken().getFirst();
        grant(3, 90);
        lease.forget(now);
        assertThat(lease.isIdle()).isTrue();
        assertThat(lease.leftover(now)).isNull();
        assertThat(lease.putBack(taken, now)).isNotNull();
        assertThat(lease.known(now)).as("there may have been no reset").isNotEmpty();
        lease.reset(now);
        assertThat(lease.known(now)).isEmpty();
    }

    @Test
    void whatTheStoreSaidLastIsKnownEvenWhereItIsNoLongerBelieved() {
        assertThat(lease.known(now)).isEmpty();
        grant(3, 70);
        assertThat(lease.known(now)).containsExactly(new Known(500, now, 3));
        pass(10);
        lease.answered(refused(5), LeaseRequest.exactly(1), now, now);
        Known known = new Known(0, now, 0);
        pass(600_000);
        assertThat(lease.known(now)).containsExactly(known);
    }

    @Test
    void ofAShortWindowWhatFourFifthsOfALeasesLifeNeedIsAskedFor() {
        Lease shorter = new TimedLease(Meters.of(List.of(new Meter("a", "a:1000", 1_000, 1_000, true))), now);
        for (long most : new long[] {2, 4, 8, 16, 16}) {
            pass(1_000);
            shorter.demanded(1_000);
            assertThat(shorter.request(1, 0, 1, now).most()).isEqualTo(most);
        }
    }

    @Test
    void whatHasExpiredIsPutAsideBeforeAnythingIsPutBackOrGranted() {
        grant(3, 70);
        Unused taken = lease.use(1, now).taken().getFirst();
        pass(101);
        assertThat(lease.putBack(taken, now)).isNotNull();
        assertThat(lease.leftover(now).permits()).isEqualTo(2);
        grant(2, 80);
        pass(101);
        grant(1, 90);
        assertThat(lease.use(1, now).states().getFirst().remaining())
                .as("none held beside it")
                .isEqualTo(500);
    }
}
