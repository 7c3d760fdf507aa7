package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;

/** Refuses clients whose address is blocked with 403. */
public final class RefuseBlockedAddress implements Policy {

    private final BlockGate gate;

    /** A policy that refuses the addresses that the gate says are blocked. */
    public RefuseBlockedAddress(BlockGate gate) {
        this.gate = gate;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        return call.allowlisted() ? Verdict.PASS : gate.address(call);
    }
}
