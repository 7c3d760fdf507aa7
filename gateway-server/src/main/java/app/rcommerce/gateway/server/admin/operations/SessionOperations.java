package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.server.admin.operations.Operations.NewSession;
import app.rcommerce.gateway.server.admin.operations.Operations.SessionEntry;
import app.rcommerce.gateway.server.admin.operations.Operations.SessionList;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.Clock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations on login sessions, in the shared store and in this node's near copy. Safe for any thread. */
final class SessionOperations {

    private static final Logger LOG = LoggerFactory.getLogger(SessionOperations.class);
    private static final Duration USUAL_LIFE = Duration.ofHours(1);
    private static final int ID_BYTES = 24;

    private final SessionStore store;
    private final NearSessions near;
    private final GatewayControl gateway;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    SessionOperations(SessionStore store, NearSessions near, GatewayControl gateway, Clock clock) {
        this.store = store;
        this.near = near;
        this.gateway = gateway;
        this.clock = clock;
    }

    CompletionStage<SessionList> sessions(@Nullable Identifier user) {
        int most = Operations.MOST_SESSIONS;
        return store.list(user, most + 1)
                .thenApply(found -> new SessionList(
                        found.stream().limit(most).map(SessionOperations::entry).toList(), found.size() > most));
    }

    private static SessionEntry entry(SessionStore.Listed listed) {
        long created = listed.session().createdMillis();
        return new SessionEntry(
                listed.session().digest(),
                listed.session().user().toString(),
                created == 0 ? null : Times.iso(created),
                listed.left().isZero() ? null : Times.secondsUp(listed.left().toMillis()));
    }

    CompletionStage<NewSession> create(String user, List<String> scopes, @Nullable Duration life) {
        AuthConfig.Session session = gateway.loaded().get().config().auth().session();
        Duration lasting = life != null ? life : session == null ? USUAL_LIFE : session.idle();
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        SessionId id = new SessionId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        Identifier owner = Identifier.user(user);
        return store.save(id, SessionRecord.write(user, scopes, clock.millis()), lasting)
                .thenApply(done -> {
                    near.ended(id);
                    LOG.info("admin: {} of {} made for {} s", id.digest(), owner, lasting.toSeconds());
                    return new NewSession(id.value(), id.digest(), owner.toString(), lasting.toSeconds());
                });
    }

    CompletionStage<Integer> end(Identifier user) {
        return store.end(user, null).thenApply(ended -> {
            near.someEnded();
            LOG.info("admin: {} sessions of {} ended", ended, user);
            return ended;
        });
    }

    CompletionStage<Boolean> end(String idOrDigest) {
        if (SessionId.isDigest(idOrDigest)) {
            return store.end(null, idOrDigest).thenApply(ended -> {
                near.someEnded();
                return told(idOrDigest, ended > 0);
            });
        }
        SessionId id = SessionId.parse(idOrDigest);
        if (id == null) {
            return CompletableFuture.completedFuture(false);
        }
        return store.end(id).thenApply(found -> {
            near.ended(id);
            return told(id.digest(), found);
        });
    }

    private static boolean told(String digest, boolean found) {
        LOG.info("admin: {}: {}", digest, found ? "ended" : "there was none");
        return found;
    }
}
