package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.Route;

/**
 * Reads what credential is presented, without checking it, and counts the caller by its address and whatever else needs
 * no credential: before any signature is verified, so that a flood of bad tokens buys no cryptography. A caller that
 * presents nothing is known to be anonymous here, and everything that can apply to it is counted in one call.
 */
public final class LimitAddress implements Policy {

    private final LimitGate gate;
    private final RoutePlans plans;

    /** Takes from the gate what these plans say. */
    public LimitAddress(LimitGate gate, RoutePlans plans) {
        this.gate = gate;
        this.plans = plans;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        RoutePlan plan = plans.of(call);
        if (plan.route().auth() != Route.Auth.NONE) {
            call.presented(Credential.of(call.request().headers()));
        }
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        boolean anonymous = call.credential() instanceof Credential.None;
        return gate.take(call, anonymous ? plan.anonymous() : plan.address());
    }
}
