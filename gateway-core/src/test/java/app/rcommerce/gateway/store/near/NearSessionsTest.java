package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.session.LoginSession;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking.Kind;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known of sessions while answers are under way and the store goes away. */
class NearSessionsTest {

    private static final Duration KNOWN_FOR = Duration.ofMinutes(5);
    private static final SessionId ID = new SessionId("a-session-0123456789");
    private static final LoginSession SESSION =
            new LoginSession(ID.digest(), Identifier.user("ana"), Scopes.NONE, 0, LoginSession.NO_END);

    private enum End {
        HERE,
        SOME_HERE,
        ELSEWHERE
    }

    private final Deque<CompletableFuture<@Nullable LoginSession>> asked = new ArrayDeque<>();
    private final HandTracking tracking = new HandTracking();
    private final NearSessions near = new NearSessions(
            (SessionStore) Proxy.newProxyInstance(
                    SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, (self, method, args) -> {
                        CompletableFuture<@Nullable LoginSession> answer = new CompletableFuture<>();
                        asked.add(answer);
                        return answer;
                    }),
            new Near(tracking, Duration.ofMillis(500), false),
            new HandClock());

    private CompletableFuture<@Nullable LoginSession> find() {
        return near.find(ID, KNOWN_FOR).toCompletableFuture();
    }

    private void end(End how) {
        switch (how) {
            case HERE -> near.ended(ID);
            case SOME_HERE -> near.someEnded();
            case ELSEWHERE -> tracking.tell(Kind.SESSION, ID.value());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatWasReadBeforeTheEndIsNotBelievedLater(End how) {
        tracking.begin();
        CompletableFuture<@Nullable LoginSession> late = find();
        end(how);
        asked.remove().complete(SESSION);
        assertThat(late).as("it was good when it was asked for").isCompletedWithValue(SESSION);

        CompletableFuture<@Nullable LoginSession> after = find();
        asked.remove().completeExceptionally(new StoreUnavailable("away"));
        assertThatThrownBy(after::join).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void anAnswerThatNothingHasOvertakenIsBelieved() {
        find();
        asked.remove().complete(SESSION);
        tracking.begin();
        CompletableFuture<@Nullable LoginSession> after = find();
        asked.remove().completeExceptionally(new StoreUnavailable("away"));
        assertThat(after).isCompletedWithValue(SESSION);
    }
}
