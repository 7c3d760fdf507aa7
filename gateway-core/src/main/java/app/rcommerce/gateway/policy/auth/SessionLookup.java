package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.session.CrossSite;
import app.rcommerce.gateway.session.LoginSession;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The look-up of login sessions. A caller with a session is one with a token: its user is limited, blocked and cut off
 * like a token's subject, and the session can be revoked by its digest. An id that stands for no session is none at
 * all, since browsers go on sending it. Safe for any thread.
 *
 * @param rules the configuration
 */
public record SessionLookup(AuthConfig.Session rules, NearSessions near, Clock clock) {

    private static final String POLICY = "auth";

    /**
     * The caller where its session is known without asking, and nothing is to be said against the request; else null.
     */
    @Nullable
    Caller known(Call call, SessionId id) {
        LoginSession session = near.known(id);
        Caller.TokenCaller caller = session == null || isForged(call) ? null : caller(session);
        return caller == null ? null : used(id, caller);
    }

    private boolean isForged(Call call) {
        return rules.csrf() && rules.carrier().isAmbient() && CrossSite.isForged(call.request(), rules.origins());
    }

    /** The caller of a session; null where it has lived for as long as it may. */
    private Caller.@Nullable TokenCaller caller(LoginSession session) {
        long now = clock.millis();
        long ends = session.endsMillis();
        if (session.createdMillis() > 0) {
            ends = Math.min(ends, session.createdMillis() + rules.absolute().toMillis());
        }
        if (ends <= now) {
            return null;
        }
        return new Caller.TokenCaller(
                session.user(), session.scopes(), session.digest(), session.createdMillis(), ends, Map.of());
    }

    /** The caller, whose session has been used and lives on. */
    private Caller used(SessionId id, Caller.TokenCaller caller) {
        long left = caller.expiresAtMillis() - clock.millis();
        near.used(id, Duration.ofMillis(Math.min(rules.idle().toMillis(), left)));
        return caller;
    }

    Verdict decide(Call call, SessionId id, Telemetry telemetry) {
        CompletableFuture<@Nullable LoginSession> asked =
                near.find(id, rules.knownFor()).toCompletableFuture();
        return asked.state() == Future.State.SUCCESS
                ? judge(call, id, asked.resultNow(), telemetry)
                : new Verdict.Later<>(
                        asked,
                        session -> judge(call, id, session, telemetry),
                        failure -> unavailable(call, telemetry, failure));
    }

    private Verdict judge(Call call, SessionId id, @Nullable LoginSession session, Telemetry telemetry) {
        Caller.TokenCaller caller = session == null ? null : caller(session);
        if (caller == null) {
            telemetry.decided(POLICY, "session_unknown");
            return call.foundRoute().auth().isRequired() ? Challenge.SESSION_UNKNOWN.answer(call, null) : Verdict.PASS;
        }
        if (isForged(call)) {
            telemetry.decided(POLICY, "session_cross_site");
            return new Verdict.LocalReply(Denial.CROSS_SITE.reply(call));
        }
        call.authenticated(used(id, caller));
        return Verdict.PASS;
    }

    /** Nothing is known of the session: a caller need not have one where none is required. */
    private static Verdict unavailable(Call call, Telemetry telemetry, Throwable failure) {
        StoreFailures.rethrowUnlessExpected(failure);
        telemetry.decided(POLICY, "session_store_unavailable");
        return call.foundRoute().auth().isRequired()
                ? new Verdict.LocalReply(StoreFailures.denial(call))
                : Verdict.PASS;
    }
}
