package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.Operation.Urgency;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final List<State> changes = new ArrayList<>();
    private final Health health = new Health((state, detail) -> changes.add(state));

    private void fail(Trouble trouble, int times) {
        for (int i = 0; i < times; i++) {
            health.failed(trouble);
        }
    }

    @Test
    void itOpensAfterSeveralFailuresInARow() {
        fail(Trouble.LATE, Health.FAILURES_TO_OPEN - 1);
        assertThat(health.isOpen()).isFalse();
        health.answered();
        fail(Trouble.LATE, Health.FAILURES_TO_OPEN - 1);
        assertThat(health.isOpen()).isFalse();
        health.failed(Trouble.LATE);
        assertThat(health.isOpen()).isTrue();
        assertThat(health.detail()).isEqualTo("no answer in time");
        assertThat(changes).containsExactly(State.RECONNECTING);
    }

    @Test
    void aPingThatFailsOpensItAtOnce() {
        health.pinged(Trouble.DENIED);
        assertThat(health.isOpen()).isTrue();
        assertThat(health.state()).isEqualTo(State.FAILED);
    }

    @Test
    void aPingLetsCallsThroughAndTheFirstAnswerConnects() {
        health.pinged(Trouble.UNREACHABLE);
        health.pinged(null);
        assertThat(health.isOpen()).isFalse();
        assertThat(health.state()).isEqualTo(State.RECONNECTING);
        health.answered();
        assertThat(health.state()).isEqualTo(State.CONNECTED);
        assertThat(health.detail()).isEmpty();
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void withoutTrafficASecondPingConnects() {
        health.pinged(Trouble.UNREACHABLE);
        health.pinged(null);
        health.pinged(null);
        assertThat(health.state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void onTrialOneFailureOpensItAgainAndTheStateDoesNotFlap() {
        health.pinged(Trouble.EXHAUSTED);
        for (int i = 0; i < 10; i++) {
            health.pinged(null);
            health.failed(Trouble.LATE);
            assertThat(health.isOpen()).isTrue();
        }
        assertThat(changes).containsExactly(State.EXHAUSTED);
    }

    @Test
    void aLateAnswerOfACallFromBeforeDoesNotCloseIt() {
        health.pinged(Trouble.UNREACHABLE);
        health.answered();
        assertThat(health.isOpen()).isTrue();
        assertThat(health.state()).isEqualTo(State.RECONNECTING);
    }

    @Test
    void onTrialOneCallIsAdmittedForEachPing() {
        health.pinged(Trouble.LATE);
        assertThat(health.admits(Urgency.REQUEST)).isFalse();
        assertThat(health.admits(Urgency.OPERATOR)).isFalse();
        health.pinged(null);
        assertThat(health.admits(Urgency.REQUEST)).isTrue();
        assertThat(health.admits(Urgency.REQUEST)).isFalse();
        assertThat(health.admits(Urgency.CONTENT)).isFalse();
        assertThat(health.admits(Urgency.OPERATOR)).as("nobody waits for it").isTrue();
        health.answered();
        assertThat(health.admits(Urgency.CONTENT)).isTrue();
        assertThat(health.admits(Urgency.REQUEST)).isTrue();
    }

    @Test
    void aTrialThatIsLostIsMadeAgain() {
        health.pinged(Trouble.LATE);
        health.pinged(null);
        assertThat(health.admits(Urgency.REQUEST)).isTrue();
        health.failed(Trouble.LATE);
        assertThat(health.admits(Urgency.REQUEST)).isFalse();
        health.pinged(null);
        assertThat(health.admits(Urgency.REQUEST)).isTrue();
    }

    @Test
    void aPingThatIsAnsweredTooLateClosesNothing() {
        fail(Trouble.LATE, Health.FAILURES_TO_OPEN);
        for (int i = 0; i < 10; i++) {
            health.pingedLate();
        }
        assertThat(health.isOpen()).isTrue();
        health.pinged(null);
        health.answered();
        health.pingedLate();
        assertThat(health.isOpen()).as("nor opens it").isFalse();
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void aReplicaIsNotAskedUntilItIsTheMaster() {
        health.failed(Trouble.REPLICA);
        assertThat(health.isOpen()).isTrue();
        assertThat(health.isReplica()).isTrue();
        assertThat(health.detail()).isEqualTo("is a replica");
        health.pinged(Trouble.REPLICA);
        assertThat(health.isReplica()).isTrue();
        health.pinged(null);
        assertThat(health.isReplica()).isFalse();
        health.answered();
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void callsThatFailNowAndThenWhilePingsAreAnsweredDoNotMakeItFlap() {
        fail(Trouble.NOT_READY, Health.FAILURES_TO_OPEN);
        for (int i = 0; i < Health.PINGS_TO_CONNECT_AFTER_CALLS - 1; i++) {
            health.pinged(null);
        }
        health.failed(Trouble.NOT_READY);
        for (int i = 0; i < Health.PINGS_TO_CONNECT_AFTER_CALLS - 1; i++) {
            health.pinged(null);
        }
        assertThat(changes).containsExactly(State.RECONNECTING);
        health.pinged(null);
        assertThat(changes).containsExactly(State.RECONNECTING, State.CONNECTED);
    }

    @Test
    void whatRefusesToWriteIsToldAndAskedAllTheSame() {
        health.refusedWrite();
        health.refusedWrite();
        assertThat(health.admits(Urgency.REQUEST)).isTrue();
        assertThat(health.state()).isEqualTo(State.FAILED);
        assertThat(health.detail()).startsWith("refuses to write");
        health.answered();
        assertThat(health.state()).isEqualTo(State.FAILED);
        health.wrote();
        assertThat(changes).containsExactly(State.FAILED, State.CONNECTED);
    }

    @Test
    void aRefusedWriteIsForgottenWhereNoneIsTriedAnyMore() {
        health.refusedWrite();
        for (int i = 0; i < 3; i++) {
            health.pinged(null);
        }
        health.refusedWrite();
        for (int i = 0; i < 4; i++) {
            health.pinged(null);
        }
        assertThat(health.state()).isEqualTo(State.FAILED);
        health.pinged(null);
        assertThat(health.state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void whatRefusesSomeCommandsToTheUserIsToldOnceAndAskedAllTheSame() {
        for (int i = 0; i < 20; i++) {
            health.denied(Operation.LIMIT_TAKE);
            health.denied(Operation.BLOCK_FIND);
            health.answered();
            health.did(Operation.HEARTBEAT);
            health.wrote();
        }
        assertThat(health.admits(Urgency.REQUEST)).isTrue();
        assertThat(health.detail()).isEqualTo("refuses a command or key to the user");
        health.did(Operation.LIMIT_TAKE);
        assertThat(health.state()).isEqualTo(State.FAILED);
        health.did(Operation.BLOCK_FIND);
        assertThat(changes).containsExactly(State.FAILED, State.CONNECTED);
        health.denied(Operation.LIMIT_TAKE);
        for (int i = 0; i < 60; i++) {
            health.pinged(null);
        }
        assertThat(changes).containsExactly(State.FAILED, State.CONNECTED, State.FAILED, State.CONNECTED);
    }

    @Test
    void whatIsAwayAndFullIsToldAsAwayFirst() {
        health.refusedWrite();
        health.pinged(Trouble.UNREACHABLE);
        health.wrote();
        health.refusedWrite();
        assertThat(health.state()).isEqualTo(State.RECONNECTING);
        health.pinged(null);
        health.answered();
        assertThat(changes).containsExactly(State.FAILED, State.RECONNECTING, State.FAILED);
    }
}
