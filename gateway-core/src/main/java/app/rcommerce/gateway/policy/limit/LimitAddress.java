package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.BrowserCredential;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.Handler;
import org.jspecify.annotations.Nullable;

/**
 * Applies the limits that need no verified credential, such as those by address. It comes before any signature is
 * verified, so that a flood of bad tokens costs no cryptography. It also reads which credential is presented, without
 * verifying it. A caller that presents none is anonymous, so all limits that can apply to it are counted here in one
 * call to the store.
 */
public final class LimitAddress implements Policy {

    private final LimitGate gate;
    private final RoutePlans plans;
    private final @Nullable String cookie;

    /**
     * A policy that takes permits from the gate by these plans.
     *
     * @param cookie the name of the cookie in which browsers send tokens to routes with topics; null for none
     */
    public LimitAddress(LimitGate gate, RoutePlans plans, @Nullable String cookie) {
        this.gate = gate;
        this.plans = plans;
        this.cookie = cookie;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        RoutePlan plan = plans.of(call);
        if (plan.route().auth().isVerified()) {
            Handler.Events events = plan.route().handler().events();
            call.presented(
                    events == null
                            ? Credential.of(call.request().headers())
                            : BrowserCredential.of(
                                    call.request(), cookie, events.connections().origins()));
        }
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        boolean anonymous = call.credential() instanceof Credential.None;
        return gate.take(call, anonymous ? plan.anonymous() : plan.address());
    }
}
