package app.rcommerce.gateway.limit.lease;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Counters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Hold;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One node's lease before counters that are asked at once; what is lost or late the test leaves out. */
class HeldLeaseTest {

    private static final Meter MINUTE = new Meter("a", "a:60000", 100, 60_000, true);
    private static final Meters METERS = Meters.of(List.of(MINUTE));
    private static final long START_MILLIS = 1_767_225_600_000L;

    private long now = TimeUnit.HOURS.toNanos(1);
    private final long start = now;
    private final HeldLease lease = new HeldLease(METERS, false, now);
    private final Counters counters = new Counters();

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private long millis() {
        return START_MILLIS + TimeUnit.NANOSECONDS.toMillis(now - start);
    }

    private LeaseRequest request(long least) {
        return lease.request(least, least, 1, now);
    }

    private Grant store(LeaseRequest request) {
        return counters.lease(METERS, request, millis());
    }

    private void ask(long least) {
        LeaseRequest request = request(least);
        lease.answered(store(request), request, now, now);
    }

    /** A request that waits for the store. */
    private Decision first() {
        ask(1);
        Decision decision = use();
        lease.served(now);
        return decision;
    }

    private Decision use() {
        return Objects.requireNonNull(lease.use(1, now), "nothing is held");
    }

    private void tell() {
        ask(0);
    }

    /** What the store has counted as used. */
    private long used() {
        return 100 - counters.usage(METERS, millis()).states().getFirst().remaining();
    }

    /** What the store would grant to somebody else. */
    private long left() {
        return counters.take(METERS, 101, millis()).states().getFirst().remaining();
    }

    @Test
    void ofOneThatComesSeldomNoneIsHeldBeforeTheSecondRequest() {
        HeldLease seldom = new HeldLease(METERS, true, now);
        LeaseRequest first = seldom.request(1, 1, 1, now);
        seldom.answered(store(first), first, now, now);
        assertThat(Objects.requireNonNull(seldom.use(1, now)).granted()).isTrue();
        seldom.served(now);
        assertThat(seldom.isHolding()).isFalse();
        assertThat(left()).isEqualTo(99);
        pass(1_000);
        assertThat(seldom.use(1, now)).isNull();
        LeaseRequest second = seldom.request(1, 1, 1, now);
        seldom.answered(store(second), second, now, now);
        assertThat(Objects.requireNonNull(seldom.use(1, now)).granted()).isTrue();
        seldom.served(now);
        assertThat(Objects.requireNonNull(seldom.use(1, now)).granted())
                .as("held")
                .isTrue();
        assertThat(used()).isEqualTo(2);
    }

    @Test
    void whereMoreThanOneIsHeldTheHoldEndsSoonAndIsRenewedSooner() {
        first();
        for (int i = 0; i < 40; i++) {
            pass(10);
            lease.demanded(1);
            if (lease.use(1, now) == null) {
                ask(1);
                lease.served(now);
            } else if (i % 10 == 0) {
                tell();
            }
        }
        pass(100);
        lease.demanded(20);
        LeaseRequest busy = request(0);
        assertThat(busy.most()).isGreaterThan(1);
        assertThat(Objects.requireNonNull(busy.hold()).lifeMillis()).isEqualTo(10_000);
        lease.answered(store(busy), busy, now, now);
        assertThat(lease.dueNanos(1) - now).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1_200));
        pass(20_000);
        assertThat(Objects.requireNonNull(request(0).hold()).lifeMillis()).isEqualTo(150_000);
    }

    @Test
    void theFirstPermitCountsAsUsedAtOnceAndAnotherOneIsHeld() {
        assertThat(lease.use(1, now)).as("nobody has been asked").isNull();
        assertThat(first().granted()).isTrue();
        assertThat(used()).isEqualTo(1);
        assertThat(left()).isEqualTo(98);
        assertThat(use().states().getFirst().remaining()).isEqualTo(98);
        assertThat(used()).as("not told of yet").isEqualTo(1);
        assertThat(left()).as("but counted, as held").isEqualTo(98);
        assertThat(lease.use(1, now)).isNull();
        tell();
        assertThat(used()).isEqualTo(2);
        assertThat(left()).isEqualTo(97);
        assertThat(lease.use(1, now)).isNotNull();
    }

    @Test
    void aQuestionThatIsLostChangesNothingNorDoesOneThatIsRepeated() {
        first();
        use();
        LeaseRequest lost = request(0);
        lease.failed(now);
        pass(60);
        LeaseRequest unanswered = request(0);
        store(unanswered);
        lease.failed(now);
        assertThat(used()).isEqualTo(2);
        pass(120);
        tell();
        store(lost);
        store(unanswered);
        assertThat(used()).isEqualTo(2);
        assertThat(left()).as("nothing is held behind the node's back").isEqualTo(98);
    }

    @Test
    void whatIsHeldStaysUnusedWhileTheStoreIsSilent() {
        first();
        request(0);
        lease.failed(now);
        pass(101);
        assertThat(lease.use(1, now)).isNull();
        assertThat(lease.known(now).getFirst().held()).isEqualTo(1);
        tell();
        assertThat(lease.use(1, now)).isNotNull();
    }

    @Test
    void afterASilenceNothingMoreIsHeldUntilARequestHasAsked() {
        first();
        request(0);
        lease.failed(now);
        tell();
        use();
        tell();
        assertThat(lease.use(1, now)).isNull();
        assertThat(first().granted()).isTrue();
        assertThat(lease.use(1, now)).isNotNull();
    }

    @Test
    void whatComesBackBeforeItWasToldIsHeldAgainAndOnce() {
        first();
        Decision decision = use();
        Unused taken = decision.taken().getFirst();
        assertThat(lease.putBack(taken, now)).isNull();
        assertThat(lease.putBack(taken, now)).isNull();
        assertThat(lease.use(1, now)).isNotNull();
        assertThat(lease.use(1, now)).isNull();
        tell();
        assertThat(used()).isEqualTo(2);
    }

    @Test
    void whatComesBackAfterItWasToldGoesWhereItWasCounted() {
        first();
        Unused taken = use().taken().getFirst();
        pass(700);
        tell();
        long told = millis();
        pass(30_000);
        Unused back = Objects.requireNonNull(lease.putBack(taken, now), "the store has counted it");
        assertThat(back.atMillis()).isEqualTo(told);
        counters.giveBack(METERS, back, millis());
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void whatComesBackWhileItIsToldGoesBackAfterwards() {
        first();
        Unused taken = use().taken().getFirst();
        LeaseRequest request = request(0);
        Grant grant = store(request);
        assertThat(lease.putBack(taken, now)).isNull();
        lease.answered(grant, request, now, now);
        Unused back = Objects.requireNonNull(lease.leftover(now), "the store has counted it");
        counters.giveBack(METERS, back, millis());
        assertThat(used()).isEqualTo(1);
        assertThat(lease.leftover(now)).isNull();
    }

    @Test
    void whatIsNotUsedForLongGoesBackAndTheStoreIsToldOnce() {
        first();
        pass(100);
        use();
        tell();
        assertThat(lease.dueNanos(1)).isEqualTo(now + TimeUnit.SECONDS.toNanos(90));
        pass(90_000);
        tell();
        assertThat(left()).isEqualTo(100);
        assertThat(lease.dueNanos(1)).isEqualTo(Lease.NEVER);
        assertThat(lease.isHolding()).isFalse();
    }

    @Test
    void whatTheStoreHoldsNoLongerCountsAsUsedAndIsNotUsedAgain() {
        first();
        pass(150_001);
        assertThat(lease.use(1, now)).isNull();
        assertThat(left()).as("the held one counts from its end on").isEqualTo(99);
        pass(62_000);
        assertThat(left()).isEqualTo(100);
    }

    @Test
    void aNodeThatStopsTellsOfWhatItHasUsedAndHoldsNothing() {
        first();
        use();
        lease.giveUp(now);
        LeaseRequest closing = Objects.requireNonNull(lease.closing(), "the store holds some");
        store(closing);
        assertThat(used()).isEqualTo(2);
        assertThat(left()).isEqualTo(98);
        assertThat(lease.closing()).isNull();
    }

    @Test
    void whatIsGrantedToAHoldThatHasEndedMeanwhileGoesBack() {
        LeaseRequest request = request(1);
        Grant grant = store(request);
        lease.forget(now);
        lease.answered(grant, request, now, now);
        LeaseRequest closing = Objects.requireNonNull(lease.closing(), "the store holds some");
        assertThat(Objects.requireNonNull(closing.hold()).id())
                .isEqualTo(Objects.requireNonNull(request.hold()).id());
        store(closing);
        assertThat(left()).isEqualTo(99);
    }

    @Test
    void whatIsHeldFollowsTheDemand() {
        first();
        long most = 0;
        Meters large = Meters.of(List.of(new Meter("b", "b:60000", 100_000, 60_000, true)));
        HeldLease busy = new HeldLease(large, false, now);
        Counters wide = new Counters();
        for (int i = 0; i < 2_000; i++) {
            boolean waits = busy.use(1, now) == null;
            busy.demanded(1);
            if (waits || busy.isRunningLow(now)) {
                LeaseRequest request = busy.request(waits ? 1 : 0, waits ? 1 : 0, 1, now);
                busy.answered(wide.lease(large, request, millis()), request, now, now);
                most = request.most();
                if (waits) {
                    busy.use(1, now);
                    busy.served(now);
                }
            }
            pass(2);
        }
        assertThat(most).as("a few, or what 50 ms need").isBetween(20L, 35L);
        pass(1_000);
        LeaseRequest idle = busy.request(0, 0, 1, now);
        busy.answered(wide.lease(large, idle, millis()), idle, now, now);
        assertThat(idle.most()).isLessThan(most);
        pass(1_000);
        idle = busy.request(0, 0, 1, now);
        assertThat(idle.most()).isEqualTo(1);
    }

    @Test
    void noneIsHeldForWhoComesSeldomWhereOtherNodesCouldStrandTooMuch() {
        assertThat(lease.request(1, 1, 3, now).most()).isEqualTo(1);
        assertThat(lease.request(1, 1, 4, now).most()).isZero();
    }

    @Test
    void aHoldIsNamedAtRandom() {
        Hold one = Objects.requireNonNull(request(1).hold());
        Hold other = Objects.requireNonNull(
                new HeldLease(METERS, false, now).request(1, 1, 1, now).hold());
        assertThat(one.id()).isNotEqualTo(other.id()).matches("[0-9a-z]{1,12}");
    }

    /** An identifier is evicted while a request is under way, and comes again. */
    @Test
    void whatAnotherLeaseHasUsedIsNotPutBackIntoThisOne() {
        first();
        Unused before = use().taken().getFirst();
        HeldLease after = new HeldLease(METERS, false, now);
        LeaseRequest request = after.request(1, 1, 1, now);
        after.answered(store(request), request, now, now);
        after.use(1, now);
        after.served(now);
        after.use(1, now);
        after.putBack(before, now);
        assertThat(after.use(1, now)).as("the one that is held is in use").isNull();
        request = after.request(0, 0, 1, now);
        after.answered(store(request), request, now, now);
        assertThat(after.putBack(before, now)).isNull();
    }

    @Test
    void whatIsUsedAfterTheLastQuestionIsToldWhereTheHoldEndsBeforeItsAnswer() {
        first();
        LeaseRequest request = request(0);
        use();
        Grant grant = store(request);
        lease.giveUp(now);
        Objects.requireNonNull(lease.closing(), "the store holds some"); // is lost
        lease.answered(grant, request, now, now);
        store(Objects.requireNonNull(lease.closing(), "the store may hold some"));
        assertThat(used()).isEqualTo(2);
        assertThat(left()).isEqualTo(98);
    }

    @Test
    void whatNobodyHasUsedGoesBack() {
        ask(1);
        lease.served(now);
        assertThat(lease.dueNanos(1)).isEqualTo(now + TimeUnit.SECONDS.toNanos(90));
        pass(90_000);
        tell();
        assertThat(lease.isHolding()).isFalse();
        assertThat(lease.dueNanos(1)).isEqualTo(Lease.NEVER);
    }

    @Test
    void theStoreIsToldAlsoWhileItsRefusalOfACostlyRequestStands() {
        first();
        assertThat(left()).isEqualTo(98);
        ask(100);
        assertThat(lease.use(100, now)).isNotNull();
        use();
        assertThat(lease.dueNanos(1)).isEqualTo(now);
    }

    @Test
    void whatComesBackStaysHeldForAsLongAsItMayBeUsed() {
        first();
        lease.putBack(use().taken().getFirst(), now);
        assertThat(lease.dueNanos(1)).isLessThan(now + TimeUnit.SECONDS.toNanos(150));
        pass(85_000);
        tell();
        pass(85_000);
        assertThat(use().granted()).isTrue();
    }
}
