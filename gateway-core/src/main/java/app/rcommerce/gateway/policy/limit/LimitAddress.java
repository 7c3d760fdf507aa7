package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;

/**
 * Applies the limits that need no verified credential, such as those by address. It comes before any signature is
 * verified, so that a flood of bad tokens costs no cryptography. It also reads which credential is presented, without
 * verifying it. A caller that presents none is anonymous, so all limits that can apply to it are counted here in one
 * call to the store.
 */
public final class LimitAddress implements Policy {

    private final LimitGate gate;
    private final RoutePlans plans;

    /** A policy that takes permits from the gate by these plans. */
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
        if (plan.route().auth().isVerified()) {
            call.presented(Credential.of(call.request().headers()));
        }
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        boolean anonymous = call.credential() instanceof Credential.None;
        return gate.take(call, anonymous ? plan.anonymous() : plan.address());
    }
}
