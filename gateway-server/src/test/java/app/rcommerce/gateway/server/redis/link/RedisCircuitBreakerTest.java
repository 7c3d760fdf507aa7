package app.rcommerce.gateway.server.redis.link;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisCircuitBreakerTest {

    private final List<State> changes = new ArrayList<>();
    private final RedisCircuitBreaker breaker = new RedisCircuitBreaker((state, detail) -> changes.add(state));

    private void fail(RedisFailure reason, int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(reason);
        }
    }

    @Test
    void itOpensAfterSeveralFailuresInARow() {
        fail(RedisFailure.LATE, RedisCircuitBreaker.THRESHOLDS.failuresToOpen() - 1);
        assertThat(breaker.isOpen()).isFalse();
        breaker.answered();
        fail(RedisFailure.LATE, RedisCircuitBreaker.THRESHOLDS.failuresToOpen() - 1);
        assertThat(breaker.isOpen()).isFalse();
        breaker.failed(RedisFailure.LATE);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.detail()).isEqualTo("no answer in time");
        assertThat(changes).containsExactly(State.RECONNECTING);
    }

    @Test
    void aPingThatFailsOpensItAtOnce() {
        breaker.pingFailed(RedisFailure.DENIED);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.state()).isEqualTo(State.FAILED);
    }

    @Test
    void aPingLetsCallsThroughAndTheFirstAnswerConnects() {
        breaker.pingFailed(RedisFailure.UNREACHABLE);
        breaker.pinged(true);
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.state()).isEqualTo(State.RECONNECTING);
        breaker.answered();
        assertThat(breaker.state()).isEqualTo(State.CONNECTED);
        assertThat(breaker.detail()).isEmpty();
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void withoutTrafficASecondPingConnects() {
        breaker.pingFailed(RedisFailure.UNREACHABLE);
        breaker.pinged(true);
        breaker.pinged(true);
        assertThat(breaker.state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void onTrialOneFailureOpensItAgainAndTheStateDoesNotFlap() {
        breaker.pingFailed(RedisFailure.EXHAUSTED);
        for (int i = 0; i < 10; i++) {
            breaker.pinged(true);
            breaker.failed(RedisFailure.LATE);
            assertThat(breaker.isOpen()).isTrue();
        }
        assertThat(changes).containsExactly(State.EXHAUSTED);
    }

    @Test
    void aLateAnswerOfACallFromBeforeDoesNotCloseIt() {
        breaker.pingFailed(RedisFailure.UNREACHABLE);
        breaker.answered();
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.state()).isEqualTo(State.RECONNECTING);
    }

    @Test
    void onTrialOneCallIsAdmittedForEachPing() {
        breaker.pingFailed(RedisFailure.LATE);
        assertThat(breaker.admits(Urgency.REQUEST)).isFalse();
        assertThat(breaker.admits(Urgency.OPERATOR)).isFalse();
        breaker.pinged(true);
        assertThat(breaker.admits(Urgency.REQUEST)).isTrue();
        assertThat(breaker.admits(Urgency.REQUEST)).isFalse();
        assertThat(breaker.admits(Urgency.CONTENT)).isFalse();
        assertThat(breaker.admits(Urgency.OPERATOR)).as("nobody waits for it").isTrue();
        breaker.answered();
        assertThat(breaker.admits(Urgency.CONTENT)).isTrue();
        assertThat(breaker.admits(Urgency.REQUEST)).isTrue();
    }

    @Test
    void aTrialThatIsLostIsMadeAgain() {
        breaker.pingFailed(RedisFailure.LATE);
        breaker.pinged(true);
        assertThat(breaker.admits(Urgency.REQUEST)).isTrue();
        breaker.failed(RedisFailure.LATE);
        assertThat(breaker.admits(Urgency.REQUEST)).isFalse();
        breaker.pinged(true);
        assertThat(breaker.admits(Urgency.REQUEST)).isTrue();
    }

    @Test
    void aPingThatIsAnsweredTooLateClosesNothing() {
        fail(RedisFailure.LATE, RedisCircuitBreaker.THRESHOLDS.failuresToOpen());
        for (int i = 0; i < 10; i++) {
            breaker.pinged(false);
        }
        assertThat(breaker.isOpen()).isTrue();
        breaker.pinged(true);
        breaker.answered();
        breaker.pinged(false);
        assertThat(breaker.isOpen()).as("nor opens it").isFalse();
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void aReplicaIsNotAskedUntilItIsTheMaster() {
        breaker.failed(RedisFailure.REPLICA);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.isReplica()).isTrue();
        assertThat(breaker.detail()).isEqualTo("is a replica");
        breaker.pingFailed(RedisFailure.REPLICA);
        assertThat(breaker.isReplica()).isTrue();
        breaker.pinged(true);
        assertThat(breaker.isReplica()).isFalse();
        breaker.answered();
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void callsThatFailNowAndThenWhilePingsAreAnsweredDoNotMakeItFlap() {
        fail(RedisFailure.NOT_READY, RedisCircuitBreaker.THRESHOLDS.failuresToOpen());
        for (int i = 0; i < RedisCircuitBreaker.THRESHOLDS.probesToCloseAfterFailures() - 1; i++) {
            breaker.pinged(true);
        }
        breaker.failed(RedisFailure.NOT_READY);
        for (int i = 0; i < RedisCircuitBreaker.THRESHOLDS.probesToCloseAfterFailures() - 1; i++) {
            breaker.pinged(true);
        }
        assertThat(changes).containsExactly(State.RECONNECTING);
        breaker.pinged(true);
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void whatRefusesToWriteIsToldAndAskedAllTheSame() {
        breaker.refusedWrite();
        breaker.refusedWrite();
        assertThat(breaker.admits(Urgency.REQUEST)).isTrue();
        assertThat(breaker.state()).isEqualTo(State.FAILED);
        assertThat(breaker.detail()).startsWith("refuses to write");
        breaker.answered();
        assertThat(breaker.state()).isEqualTo(State.FAILED);
        breaker.wrote();
        assertThat(changes).containsExactly(State.FAILED, State.CONNECTED);
    }

    @Test
    void aRefusedWriteIsForgottenWhereNoneIsTriedAnyMore() {
        breaker.refusedWrite();
        for (int i = 0; i < 3; i++) {
            breaker.pinged(true);
        }
        breaker.refusedWrite();
        for (int i = 0; i < 4; i++) {
            breaker.pinged(true);
        }
        assertThat(breaker.state()).isEqualTo(State.FAILED);
        breaker.pinged(true);
        assertThat(breaker.state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void whatRefusesSomeCommandsToTheUserIsToldOnceAndAskedAllTheSame() {
        for (int i = 0; i < 20; i++) {
            breaker.denied(CommandPurpose.LIMIT_TAKE);
            breaker.denied(CommandPurpose.BLOCK_FIND);
            breaker.answered();
            breaker.did(CommandPurpose.HEARTBEAT);
            breaker.wrote();
        }
        assertThat(breaker.admits(Urgency.REQUEST)).isTrue();
        assertThat(breaker.detail()).isEqualTo("refuses a command or key to the user");
        breaker.did(CommandPurpose.LIMIT_TAKE);
        assertThat(breaker.state()).isEqualTo(State.FAILED);
        breaker.did(CommandPurpose.BLOCK_FIND);
        assertThat(changes).containsExactly(State.FAILED, State.CONNECTED);
        breaker.denied(CommandPurpose.LIMIT_TAKE);
        for (int i = 0; i < 60; i++) {
            breaker.pinged(true);
        }
        assertThat(changes).containsExactly(State.FAILED, State.CONNECTED, State.FAILED, State.CONNECTED);
    }

    @Test
    void whatIsAwayAndFullIsToldAsAwayFirst() {
        breaker.refusedWrite();
        breaker.pingFailed(RedisFailure.UNREACHABLE);
        breaker.wrote();
        breaker.refusedWrite();
        assertThat(breaker.state()).isEqualTo(State.RECONNECTING);
        breaker.pinged(true);
        breaker.answered();
        assertThat(changes).containsExactly(State.FAILED, State.RECONNECTING, State.FAILED);
    }
}
