package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.backend.Backend.State;
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
}
