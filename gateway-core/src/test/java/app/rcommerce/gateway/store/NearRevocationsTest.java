package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.RevocationStore.Standing;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NearRevocationsTest {

    private static final Identifier ANA = Identifier.user("42");
    private static final Duration NEAR = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private final MemoryRevocationStore memory = new MemoryRevocationStore(clock);
    private int asked;
    private @Nullable RuntimeException failure;

    private final NearRevocations near = new NearRevocations(
            (RevocationStore) Proxy.newProxyInstance(
                    RevocationStore.class.getClassLoader(),
                    new Class<?>[] {RevocationStore.class},
                    (self, method, arguments) -> {
                        asked++;
                        try {
                            return failure == null ? method.invoke(memory, arguments) : CompletableFuture.failedFuture(failure);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }),
            NEAR,
            clock);

    private Standing standing() {
        return near.standing("t1", ANA).toCompletableFuture().join();
    }

    @Test
    void anAnswerIsRememberedForItsTime() {
        assertThat(standing()).isEqualTo(Standing.GOOD);
        memory.revoke("t1", HOUR, "");
        clock.advance(NEAR.minusNanos(1));
        assertThat(standing()).isEqualTo(Standing.GOOD);
        assertThat(asked).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(standing()).isEqualTo(new Standing(true, RevocationStore.NO_CUTOFF));
        memory.restore("t1");
        clock.advance(NEAR);
        assertThat(standing()).isEqualTo(Standing.GOOD);
    }

    @Test
    void tokensAndSubjectsAreToldApart() {
        memory.revoke("t1", HOUR, "");
        memory.revokeBefore(ANA, 1_000, HOUR);
        assertThat(standing()).isEqualTo(new Standing(true, 1_000));
        assertThat(near.standing("t2", ANA).toCompletableFuture().join()).isEqualTo(new Standing(false, 1_000));
        assertThat(near.standing("t2", Identifier.user("7")).toCompletableFuture().join()).isEqualTo(Standing.GOOD);
        assertThat(new Standing(false, 1_000).revokes(999)).isTrue();
        assertThat(new Standing(false, 1_000).revokes(1_000)).isFalse();
        assertThat(Standing.GOOD.revokes(Long.MIN_VALUE)).isFalse();
    }

    @Test
    void aTokenKnownToBeRevokedStaysSoWhileTheStoreIsAway() {
        memory.revoke("t1", HOUR, "");
        assertThat(standing().revoked()).isTrue();
        failure = new StoreUnavailable("away");
        clock.advance(Duration.ofMinutes(59));
        assertThat(standing().revoked()).isTrue();
        assertThatThrownBy(() -> near.standing("t2", ANA).toCompletableFuture().join())
                .hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aDefectIsNotTakenForAStoreThatIsAway() {
        failure = new IllegalArgumentException("defect");
        assertThatThrownBy(this::standing).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsForgottenIsAskedAnew() {
        assertThat(standing()).isEqualTo(Standing.GOOD);
        memory.revoke("t1", HOUR, "");
        near.forgetAll();
        assertThat(standing().revoked()).isTrue();
        memory.restore("t1");
        near.forgetAll();
        assertThat(standing()).isEqualTo(Standing.GOOD);
        failure = new StoreUnavailable("away");
        near.forgetAll();
        assertThatThrownBy(this::standing).hasCauseInstanceOf(StoreUnavailable.class);
    }
}
