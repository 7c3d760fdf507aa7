package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.session.LoginSession;
import app.rcommerce.gateway.session.SessionRecord;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SessionStore} must do; the store of each test is empty at first. */
public abstract class SessionStoreContract {

    private static final SessionId ONE = new SessionId("one-0123456789abcdef");
    private static final SessionId TWO = new SessionId("two+/0123456789abcdef==");
    private static final SessionId THREE = new SessionId("three~0123456789.abcdef");
    private static final Identifier ANA = Identifier.user("ana");
    private static final Identifier BEN = Identifier.user("ben");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(300);

    /** The store. */
    protected abstract SessionStore store();

    /** Its time. */
    protected abstract Passage time();

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private void save(SessionId id, String user, Duration life) {
        now(store().save(id, SessionRecord.write(user, List.of("orders:read"), 1_700_000_000_000L), life));
    }

    private @Nullable LoginSession find(SessionId id) {
        return now(store().find(id));
    }

    @Test
    void aSessionIsFoundByItsId() {
        save(ONE, "ana", HOUR);
        assertThat(find(ONE))
                .isEqualTo(new LoginSession(
                        ONE.digest(), ANA, Scopes.of(List.of("orders:read")), 1_700_000_000_000L, LoginSession.NO_END));
        assertThat(find(TWO)).isNull();
        save(ONE, "ben", HOUR);
        assertThat(Objects.requireNonNull(find(ONE)).user()).isEqualTo(BEN);
    }

    @Test
    void aSessionThatIsNotUsedEnds() {
        save(ONE, "ana", SOON);
        assertThat(find(ONE)).isNotNull();
        time().within(SOON, () -> assertThat(find(ONE)).isNull());
        assertThat(now(store().touch(ONE, HOUR))).isFalse();
        assertThat(find(ONE)).isNull();
    }

    @Test
    void aSessionThatIsTouchedLivesOn() {
        save(ONE, "ana", SOON);
        assertThat(now(store().touch(ONE, HOUR))).isTrue();
        time().idle(SOON.multipliedBy(2));
        assertThat(find(ONE)).isNotNull();
        assertThat(now(store().touch(ONE, SOON))).isTrue();
        time().within(SOON, () -> assertThat(find(ONE)).isNull());
    }

    @Test
    void aSessionIsEndedOnce() {
        save(ONE, "ana", HOUR);
        assertThat(now(store().end(ONE))).isTrue();
        assertThat(find(ONE)).isNull();
        assertThat(now(store().end(ONE))).isFalse();
    }

    @Test
    void theSessionsOfAUserAreListedAndEnded() {
        save(ONE, "ana", HOUR);
        save(TWO, "ana", HOUR);
        save(THREE, "ben", HOUR);
        assertThat(now(store().list(ANA, 10)))
                .extracting(each -> each.session().digest())
                .containsExactlyInAnyOrder(ONE.digest(), TWO.digest());
        assertThat(now(store().list(ANA, 10)))
                .allSatisfy(each -> assertThat(each.left()).isBetween(HOUR.minusSeconds(60), HOUR));
        assertThat(now(store().list(null, 10))).hasSize(3);
        assertThat(now(store().list(null, 2))).hasSize(2);

        assertThat(now(store().end(ANA, null))).isEqualTo(2);
        assertThat(find(ONE)).isNull();
        assertThat(find(TWO)).isNull();
        assertThat(find(THREE)).isNotNull();
        assertThat(now(store().end(ANA, null))).isZero();
    }

    @Test
    void oneSessionIsEndedByWhatStandsForIt() {
        save(ONE, "ana", HOUR);
        save(TWO, "ana", HOUR);
        assertThat(now(store().end(BEN, ONE.digest()))).isZero();
        assertThat(now(store().end(null, ONE.digest()))).isEqualTo(1);
        assertThat(find(ONE)).isNull();
        assertThat(find(TWO)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "garbage",
                "[]",
                "{}",
                "{\"user_id\":\"\"}",
                "{\"user_id\":{}}",
                "{\"user_id\":\"ana\"",
                "{\"user_id\":\"ana\",\"scopes\":[1]}",
                "{\"user_id\":\"ana\",\"created_at\":\"yesterday\"}",
                "{\"user_id\":\"ana\",\"expires_at\":{}}"
            })
    void whatIsNoSessionIsNone(String record) {
        now(store().save(ONE, record, HOUR));
        save(TWO, "ana", HOUR);
        assertThat(find(ONE)).isNull();
        assertThat(now(store().list(null, 10))).hasSize(1);
        assertThat(now(store().end(ANA, null))).isEqualTo(1);
    }
}
