package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Caller;

/** Counts a caller with a verified credential: by its key, its subject, its claims, or by what only then is counted. */
final class LimitIdentity implements Policy {

    private final LimitGate gate;

    LimitIdentity(LimitGate gate) {
        this.gate = gate;
    }

    /** Of one whose credential had to be verified nothing is taken before it is known not to be revoked. */
    @Override
    public Ask ask(Call call) {
        return call.isRecognized() ? decide(call) : Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        if (call.allowlisted()) {
            return Verdict.PASS;
        }
        RoutePlan plan = call.plan();
        return switch (call.caller()) {
            case Caller.Anonymous ignored -> Verdict.PASS;
            case Caller.ApiKeyCaller ignored -> gate.take(call, plan.apiKey());
            case Caller.TokenCaller ignored -> gate.take(call, plan.token());
            case Caller.KeyAndToken ignored -> gate.take(call, plan.keyAndToken());
        };
    }
}
