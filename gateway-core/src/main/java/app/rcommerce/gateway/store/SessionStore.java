package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.session.LoginSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The login sessions, which the platform writes. Stages fail with {@link StoreUnavailable} and nothing else. Safe for
 * any thread.
 */
public interface SessionStore {

    /**
     * A session as operators see it.
     *
     * @param left how long it lives if it is not used; zero where it has no end of its own
     */
    record Listed(LoginSession session, Duration left) {}

    /** The session with this id; null where there is none, or its record is none. */
    CompletionStage<@Nullable LoginSession> find(SessionId id);

    /**
     * Records a session.
     *
     * @param record its JSON
     */
    CompletionStage<Void> save(SessionId id, String record, Duration life);

    /** Lets a session live for so long from now on; completes with whether there is one. */
    CompletionStage<Boolean> touch(SessionId id, Duration life);

    /** Ends a session; completes with whether there was one. */
    CompletionStage<Boolean> end(SessionId id);

    /**
     * Ends the sessions of a user, or the one with this digest, that are found; completes with how many.
     *
     * @param user null for every user's
     * @param digest null for all of them
     */
    CompletionStage<Integer> end(@Nullable Identifier user, @Nullable String digest);

    /**
     * Sessions that are found, in no order.
     *
     * @param user whose; null for everybody's
     * @param most how many at most
     */
    CompletionStage<List<Listed>> list(@Nullable Identifier user, int most);
}
