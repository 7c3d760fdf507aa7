package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryRevocationStore;
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
    /** How the methods begin that fail. */
    private String failing = "";

    private final NearRevocations near = new NearRevocations(
            (RevocationStore) Proxy.newProxyInstance(
                    RevocationStore.class.getClassLoader(),
                    new Class<?>[] {RevocationStore.class},
                    (self, method, arguments) -> {
                        asked++;
                        try {
                            boolean fails = failure != null && method.getName().startsWith(failing);
                            return !fails ? method.invoke(memory, arguments) : CompletableFuture.failedFuture(failure);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }),
            new Near(Tracking.NONE, NEAR, false),
            clock);

    private boolean isRevoked() {
        return isRevoked("t1", ANA, 0);
    }

    private boolean isRevoked(String token, Identifier subject, long issuedAt) {
        return near.find(token, subject, issuedAt).toCompletableFuture().join() != null;
    }

    @Test
    void anAnswerIsRememberedForItsTime() {
        assertThat(isRevoked()).isFalse();
        memory.revoke("t1", HOUR, "");
        clock.advance(NEAR.minusNanos(1));
        assertThat(isRevoked()).isFalse();
        assertThat(asked).as("the token and its subject").isEqualTo(2);
        clock.advance(Duration.ofNanos(1));
        assertThat(isRevoked()).isTrue();
        memory.restore("t1");
        clock.advance(NEAR);
        assertThat(isRevoked()).isFalse();
    }

    @Test
    void tokensAndSubjectsAreToldApart() {
        memory.revoke("t1", HOUR, "");
        memory.revokeBefore(ANA, 3_000, HOUR);
        assertThat(isRevoked("t1", ANA, 4_000)).isTrue();
        assertThat(isRevoked("t2", ANA, 2_000)).isTrue();
        assertThat(isRevoked("t2", ANA, 3_000)).isFalse();
        assertThat(isRevoked("t2", Identifier.user("7"), 0)).isFalse();
        assertThat(asked).as("each is asked for once").isEqualTo(4);
        assertThat(isRevoked("t1", Identifier.user("7"), 0))
                .as("each known from another question")
                .isTrue();
        assertThat(asked).isEqualTo(4);
    }

    /**
     * A token tells when it was issued in whole seconds: who signs in right after "revoke all" must not be locked out.
     */
    @Test
    void aTokenOfTheCutoffsOwnSecondIsNotRevoked() {
        memory.revokeBefore(ANA, 3_700, HOUR);
        assertThat(isRevoked("before", ANA, 2_000)).isTrue();
        assertThat(isRevoked("fraction", ANA, 2_999)).isTrue();
        assertThat(isRevoked("after", ANA, 3_000)).isFalse();
        assertThat(isRevoked("fraction after", ANA, 3_100)).isFalse();
        assertThat(isRevoked("no time", ANA, 0)).isTrue();
        assertThat(isRevoked("other", Identifier.user("7"), Long.MIN_VALUE)).isFalse();
    }

    @Test
    void aTokenKnownToBeRevokedStaysSoWhileTheStoreIsAway() {
        memory.revoke("t1", HOUR, "");
        memory.revokeBefore(ANA, 2_000, HOUR);
        assertThat(isRevoked()).isTrue();
        failure = new StoreUnavailable("away");
        clock.advance(Duration.ofMinutes(59));
        assertThat(isRevoked("t1", ANA, 4_000)).isTrue();
        assertThat(isRevoked("t2", ANA, 1_999)).as("by the cut-off").isTrue();
        assertThatThrownBy(() -> isRevoked("t2", ANA, 2_000)).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void eitherAnswerAloneSufficesToRefuse() {
        memory.revoke("t1", HOUR, "");
        memory.revokeBefore(ANA, 2_000, HOUR);
        failing = "cutoff";
        failure = new StoreUnavailable("away");
        assertThat(isRevoked("t1", ANA, 4_000)).as("its own entry").isTrue();
        assertThatThrownBy(() -> isRevoked("t2", ANA, 1_000)).hasCauseInstanceOf(StoreUnavailable.class);
        failing = "isRevoked";
        assertThat(isRevoked("t3", ANA, 1_000)).as("the cut-off").isTrue();
        assertThatThrownBy(() -> isRevoked("t3", ANA, 4_000)).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aDefectIsNotTakenForAStoreThatIsAway() {
        failure = new IllegalArgumentException("defect");
        assertThatThrownBy(this::isRevoked).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    /** A write of this node says nothing of other tokens, and all of its own. */
    @Test
    void whatIsKnownAndWhatThisNodeWroteStaysRefusedWhileTheStoreIsAway() {
        memory.revoke("t1", HOUR, "");
        assertThat(isRevoked("t1", ANA, 0)).isTrue();
        memory.revoke("u", HOUR, "");
        near.revoked("u", HOUR);
        near.cutOff(Identifier.user("7"), 9_000, HOUR);
        failure = new StoreUnavailable("away");
        clock.advance(NEAR);
        assertThat(isRevoked("t1", ANA, 0)).isTrue();
        assertThat(isRevoked("u", ANA, 0)).isTrue();
        assertThat(isRevoked("v", Identifier.user("7"), 1_000)).isTrue();
        near.restored("u");
        near.restored(Identifier.user("7"));
        assertThat(isRevoked("t1", ANA, 0)).isTrue();
        assertThatThrownBy(() -> isRevoked("u", ANA, 0)).hasCauseInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> isRevoked("v", Identifier.user("7"), 0)).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void whatThisNodeWroteEndsWithItsLife() {
        near.revoked("u", HOUR);
        near.revoked("for ever", Duration.ofSeconds(Long.MAX_VALUE));
        failure = new StoreUnavailable("away");
        clock.advance(HOUR);
        assertThatThrownBy(() -> isRevoked("u", ANA, 0)).hasCauseInstanceOf(StoreUnavailable.class);
        assertThat(isRevoked("for ever", ANA, 0)).isTrue();
    }
}
