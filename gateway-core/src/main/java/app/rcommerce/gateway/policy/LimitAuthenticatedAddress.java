package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Caller;

/** Counts a caller with a verified credential by its address, where a limit asks for just that. */
final class LimitAuthenticatedAddress implements Policy {

    private final LimitGate gate;

    LimitAuthenticatedAddress(LimitGate gate) {
        this.gate = gate;
    }

    @Override
    public Verdict decide(Call call) {
        if (call.allowlisted() || call.caller() instanceof Caller.Anonymous) {
            return Verdict.PASS;
        }
        return gate.take(call, call.countedAddress(), call.plan().authenticatedAddress(), 1.0);
    }
}
