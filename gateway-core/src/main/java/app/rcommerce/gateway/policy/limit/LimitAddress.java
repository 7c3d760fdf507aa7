package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.SessionCarrier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.store.near.NearSessions;
import org.jspecify.annotations.Nullable;

/**
 * Applies the limits that need no verified credential, such as those by address. It comes before any signature is
 * verified, so that a flood of bad tokens costs no cryptography. It also reads which credential is presented, without
 * verifying it. A caller that presents none is anonymous, so all limits that can apply to it are counted here in one
 * call to the store.
 */
public final class LimitAddress implements Policy {

    /** Where the ids of login sessions are carried, and the sessions that are known. */
    public record Sessions(SessionCarrier carrier, NearSessions near) {}

    private final LimitGate gate;
    private final RoutePlans plans;
    private final @Nullable Sessions sessions;

    /**
     * A policy that takes permits from the gate by these plans.
     *
     * @param sessions where login sessions are found; null where none is accepted
     */
    public LimitAddress(LimitGate gate, RoutePlans plans, @Nullable Sessions sessions) {
        this.gate = gate;
        this.plans = plans;
        this.sessions = sessions;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        RoutePlan plan = plans.of(call);
        if (plan.route().auth().isVerified()) {
            call.presented(presented(call, plan.route().auth()));
        }
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        return gate.take(call, isAnonymous(call.credential()) ? plan.anonymous() : plan.address());
    }

    /** What the request presents; a session counts where nothing else is presented, since browsers send it unasked. */
    private Credential presented(Call call, Route.Auth auth) {
        Credential credential = Credential.of(call.request().headers());
        if (sessions == null
                || !(credential instanceof Credential.None)
                || !auth.accepted().contains(Route.CredentialKind.SESSION)) {
            return credential;
        }
        SessionId id = sessions.carrier().find(call.request().headers());
        return id == null ? credential : new Credential.Session(id, sessions.carrier());
    }

    /** Whoever presents the id of no known session counts as anonymous: else any id would be a way around the limit. */
    private boolean isAnonymous(Credential credential) {
        return credential instanceof Credential.None
                || (credential instanceof Credential.Session(SessionId id, SessionCarrier ignored)
                        && (sessions == null || sessions.near().known(id) == null));
    }
}
