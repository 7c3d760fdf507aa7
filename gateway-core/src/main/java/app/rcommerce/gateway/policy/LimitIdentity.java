package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Caller;

/** Counts a caller with a verified credential by its key or its subject. */
final class LimitIdentity implements Policy {

    private final LimitGate gate;

    LimitIdentity(LimitGate gate) {
        this.gate = gate;
    }

    @Override
    public Verdict decide(Call call) {
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        RoutePlan plan = call.plan();
        return switch (call.caller()) {
            case Caller.Anonymous ignored -> Verdict.PASS;
            case Caller.ApiKeyCaller key ->
                gate.take(call, key.identifier(), plan.apiKey(), key.limitMultiplier());
            case Caller.TokenCaller token -> gate.take(call, token.identifier(), plan.subject(), 1.0);
        };
    }
}
