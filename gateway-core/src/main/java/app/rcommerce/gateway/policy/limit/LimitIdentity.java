package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import java.util.function.BiFunction;

/**
 * Applies the limits that need a verified credential: those by key, subject or claim, and those for authenticated
 * callers only.
 */
public final class LimitIdentity implements Policy {

    private final LimitGate gate;
    private final RoutePlans plans;

    /** A policy that takes permits from the gate by these plans. */
    public LimitIdentity(LimitGate gate, RoutePlans plans) {
        this.gate = gate;
        this.plans = plans;
    }

    /**
     * Takes permits ahead of the turn for a recognized caller only. For one whose credential had to be verified nothing
     * is taken before it is known not to be revoked.
     */
    @Override
    public Ask ask(Call call) {
        return call.isRecognized() ? taken(call, gate::takeAhead) : Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        return taken(call, gate::take);
    }

    private Verdict taken(Call call, BiFunction<Call, LimitStage, Verdict> taking) {
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        RoutePlan plan = plans.of(call);
        return switch (call.caller()) {
            case Caller.Anonymous ignored -> Verdict.PASS;
            case Caller.ApiKeyCaller ignored -> taking.apply(call, plan.apiKey());
            case Caller.TokenCaller ignored -> taking.apply(call, plan.token());
            case Caller.KeyAndToken ignored -> taking.apply(call, plan.keyAndToken());
        };
    }
}
