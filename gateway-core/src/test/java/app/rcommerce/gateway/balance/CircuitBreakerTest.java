package app.rcommerce.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.balance.CircuitBreaker.State;
import app.rcommerce.gateway.balance.CircuitBreaker.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakerTest {

    private static final int FAILURES = 3;
    private static final int PROBES = 2;
    private static final int PROBES_AFTER_FAILURES = 4;

    private final CircuitBreaker breaker = new CircuitBreaker(new Thresholds(FAILURES, PROBES, PROBES_AFTER_FAILURES));

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed();
        }
    }

    private void probe(int times) {
        for (int i = 0; i < times; i++) {
            breaker.probed();
        }
    }

    @Test
    void itIsClosedAtFirstAndAdmitsEveryCall() {
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.isSettled()).isTrue();
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void itOpensAfterSeveralFailuresInARow() {
        fail(FAILURES - 1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.isSettled()).isFalse();
        breaker.succeeded();
        assertThat(breaker.isSettled()).isTrue();
        fail(FAILURES - 1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.failed()).as("opens by it").isTrue();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.failed()).as("opens again").isFalse();
    }

    @Test
    void itOpensAtOnceWhereItIsTripped() {
        breaker.trip();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.isSettled()).isFalse();
    }

    @Test
    void aProbeAdmitsOneCallOnTrialAndItsSuccessClosesIt() {
        breaker.trip();
        breaker.probed();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.isSettled()).isFalse();
        breaker.succeeded();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void aTrialThatFailsOpensItAgainWhateverFailedBefore() {
        breaker.trip();
        breaker.probed();
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.failed()).isTrue();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void aTrialOfWhichNothingIsHeardIsFollowedByOneForTheNextProbe() {
        fail(FAILURES);
        breaker.probed();
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isFalse();
        breaker.probed();
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void aTrialThatNobodyTookIsNotAddedToTheNext() {
        fail(FAILURES);
        probe(PROBES_AFTER_FAILURES - 1);
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void aSuccessFromBeforeItOpenedDoesNotCloseIt() {
        breaker.trip();
        breaker.succeeded();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void withoutCallsProbesInARowCloseIt() {
        breaker.trip();
        probe(PROBES - 1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.probed();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void afterFailuresOfCallsItTakesMoreProbes() {
        fail(FAILURES);
        probe(PROBES_AFTER_FAILURES - 1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.failed();
        probe(PROBES_AFTER_FAILURES - 1);
        assertThat(breaker.state()).as("they are counted anew").isEqualTo(State.HALF_OPEN);
        breaker.probed();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aProbeThatFailsBeginsTheRowAnew() {
        breaker.trip();
        breaker.probed();
        breaker.trip();
        assertThat(breaker.admits()).isFalse();
        breaker.probed();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void aTripAfterFailuresIsTheOneThatCounts() {
        fail(FAILURES);
        breaker.trip();
        probe(PROBES);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void failuresFromBeforeAreForgottenOnceItHasBeenOpen() {
        fail(FAILURES);
        breaker.probed();
        breaker.succeeded();
        fail(FAILURES - 1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void probesChangeNothingWhileItIsClosed() {
        probe(10);
        fail(FAILURES - 1);
        probe(10);
        assertThat(breaker.isSettled()).as("failures go on being counted").isFalse();
        assertThat(breaker.failed()).isTrue();
        breaker.probed();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void ofCallsAtTheSameTimeOneIsOnTrial() throws Exception {
        breaker.trip();
        breaker.probed();
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(breaker::admits);
        }
        int admitted = 0;
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                admitted += call.get() ? 1 : 0;
            }
        }
        assertThat(admitted).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 2", "1, 1, 2", "1, 2, 1"})
    void thresholdsThatLeaveNoRoomForATrialAreRefused(int failures, int probes, int probesAfterFailures) {
        assertThatThrownBy(() -> new Thresholds(failures, probes, probesAfterFailures))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("thresholds: ");
    }
}
