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
            Near.untracked(NEAR),
            clock);

    private boolean isRevoked() {
        return isRevoked("t1", ANA, 0);
    }

    private boolean isRevoked(String token, Identifier subject, long issuedAt) {
        return near.isRevoked(token, subject, issuedAt).toCompletableFuture().join();
    }

    @Test
    void anAnswerIsRememberedForItsTime() {
        assertThat(isRevoked()).isFalse();
        memory.revoke("t1", HOUR, "");
        clock.advance(NEAR.minusNanos(1));
        assertThat(isRevoked()).isFalse();
        assertThat(asked).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(isRevoked()).isTrue();
        memory.restore("t1");
        clock.advance(NEAR);
        assertThat(isRevoked()).isFalse();
    }

    @Test
    void tokensAndSubjectsAreToldApart() {
        memory.revoke("t1", HOUR, "");
        memory.revokeBefore(ANA, 1_000, HOUR);
        assertThat(isRevoked("t1", ANA, 2_000)).isTrue();
        assertThat(isRevoked("t2", ANA, 999)).isTrue();
        assertThat(isRevoked("t2", ANA, 1_000)).isFalse();
        assertThat(isRevoked("t2", Identifier.user("7"), 0)).isFalse();
        assertThat(asked).isEqualTo(3);
        assertThat(isRevoked("t1", Identifier.user("7"), 0)).as("each known from another question").isTrue();
        assertThat(asked).isEqualTo(3);
        assertThat(Standing.GOOD.revokes(Long.MIN_VALUE)).isFalse();
    }

    @Test
    void aTokenKnownToBeRevokedStaysSoWhileTheStoreIsAway() {
        memory.revoke("t1", HOUR, "");
        memory.revokeBefore(ANA, 1_000, HOUR);
        assertThat(isRevoked()).isTrue();
        failure = new StoreUnavailable("away");
        clock.advance(Duration.ofMinutes(59));
        assertThat(isRevoked("t1", ANA, 2_000)).isTrue();
        assertThat(isRevoked("t2", ANA, 999)).as("by the cut-off").isTrue();
        assertThatThrownBy(() -> isRevoked("t2", ANA, 1_000)).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aDefectIsNotTakenForAStoreThatIsAway() {
        failure = new IllegalArgumentException("defect");
        assertThatThrownBy(this::isRevoked).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsForgottenIsAskedAnew() {
        assertThat(isRevoked()).isFalse();
        memory.revoke("t1", HOUR, "");
        near.forgetAll();
        assertThat(isRevoked()).isTrue();
        memory.restore("t1");
        near.forgetAll();
        assertThat(isRevoked()).isFalse();
        failure = new StoreUnavailable("away");
        near.forgetAll();
        assertThatThrownBy(this::isRevoked).hasCauseInstanceOf(StoreUnavailable.class);
    }
}
