package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.session.LoginSession;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.near.NearAnswers.PendingAnswer;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of the login sessions. An answer of the store is believed until its change is told, where changes
 * are told, else for a configured time; while the store is away a session that was good a short while ago goes on being
 * good. A session that is used is touched in the store, though seldom, so that it does not end. Safe for any thread.
 */
public final class NearSessions {

    private static final int MOST = 50_000;
    private static final long TOUCH_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** After how long a session is touched again whose touch has failed. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A change that is told so soon after a touch of our own is taken for that touch. */
    private static final long OWN_TOUCH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The result of a look-up; null where there is no such session. */
    private record Found(@Nullable LoginSession session) {}

    private record Good(LoginSession session, long atNanos) {}

    private final SessionStore store;
    private final Clock clock;
    private final NearAnswers<SessionId, Found> answers;
    /** The sessions that were good when the store was asked last. */
    private final Cache<SessionId, Good> good =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
    /** When each session was touched last, by the clock's nanoseconds. */
    private final Cache<SessionId, Long> touched =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    /** A near copy that believes what {@code near} allows. */
    public NearSessions(SessionStore store, Near near, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.answers = new NearAnswers<>(near, clock, MOST);
        near.tracking().listen(Tracking.Kind.SESSION, name -> {
            SessionId id = SessionId.parse(name);
            if (id != null) {
                changed(id);
            }
        });
    }

    /** A session that has changed may have ended: while the store is away it is not believed any more. */
    private void changed(SessionId id) {
        answers.forget(id);
        Long last = touched.getIfPresent(id);
        if (last == null || clock.nanos() - last > OWN_TOUCH_NANOS) {
            good.invalidate(id);
        }
    }

    /** The session, where it is known without asking that there is one; else null. */
    public @Nullable LoginSession known(SessionId id) {
        Found found = answers.find(id);
        return found == null ? null : living(found.session());
    }

    private @Nullable LoginSession living(@Nullable LoginSession session) {
        return session != null && session.endsMillis() > clock.millis() ? session : null;
    }

    /**
     * The session with this id; null where there is none. Fails with {@link StoreUnavailable} while the store is away,
     * unless the session was good within this time.
     */
    public CompletionStage<@Nullable LoginSession> find(SessionId id, Duration knownFor) {
        Found near = answers.find(id);
        if (near != null) {
            return CompletableFuture.completedFuture(living(near.session()));
        }
        PendingAnswer<SessionId> pending = answers.ask(id);
        return store.find(id).handle((session, failure) -> {
            if (failure != null) {
                return living(stillGood(id, knownFor, failure));
            }
            if (session == null) {
                good.invalidate(id);
            } else {
                good.put(id, new Good(session, clock.nanos()));
                if (!answers.isCurrent(pending)) {
                    // It may have ended since it was read.
                    good.invalidate(id);
                }
            }
            answers.remember(pending, new Found(session), Long.MAX_VALUE);
            return living(session);
        });
    }

    private LoginSession stillGood(SessionId id, Duration knownFor, Throwable failure) {
        Good last = good.getIfPresent(id);
        if (last != null && clock.nanos() - last.atNanos() < knownFor.toNanos()) {
            return last.session();
        }
        throw StoreUnavailable.orDefect(failure, "sessions cannot be asked");
    }

    /** Lets a session that is used live for so long from now on; only so often is the store told. */
    public void used(SessionId id, Duration life) {
        long now = clock.nanos();
        Long last = touched.getIfPresent(id);
        if (last != null && now - last < TOUCH_NANOS) {
            return;
        }
        touched.put(id, now);
        store.touch(id, life).whenComplete((found, failure) -> {
            if (failure != null) {
                touched.put(id, now - TOUCH_NANOS + RETRY_NANOS);
            }
        });
    }

    /** Records that this node has ended the session. */
    public void ended(SessionId id) {
        answers.forget(id);
        good.invalidate(id);
    }

    /** Records that this node has ended sessions whose ids it does not know. */
    public void someEnded() {
        answers.forgetAll();
        good.invalidateAll();
    }
}
