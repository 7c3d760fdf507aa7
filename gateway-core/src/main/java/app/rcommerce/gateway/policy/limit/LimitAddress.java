package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.policy.auth.Presented;

/**
 * Applies the limits that need no verified credential, such as those by address. It comes before any signature is
 * verified, so that a flood of bad tokens costs no cryptography. It also reads which credential is presented, without
 * verifying it. A caller that presents none is anonymous, so all limits that can apply to it are counted here in one
 * call to the store.
 */
public final class LimitAddress implements Policy {

    private final LimitGate gate;
    private final RoutePlans plans;
    private final Presented presented;

    /** A policy that takes permits from the gate by these plans, of callers that present something or nothing. */
    public LimitAddress(LimitGate gate, RoutePlans plans, Presented presented) {
        this.gate = gate;
        this.plans = plans;
        this.presented = presented;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        RoutePlan plan = plans.of(call);
        if (plan.route().auth().isVerified()) {
            call.presented(presented.of(call.request(), plan.route()));
        }
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        return gate.take(call, presented.isAnonymous(call.credential()) ? plan.anonymous() : plan.address());
    }
}
