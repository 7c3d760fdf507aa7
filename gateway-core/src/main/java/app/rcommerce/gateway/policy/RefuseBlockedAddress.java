package app.rcommerce.gateway.policy;

/** Refuses clients whose address is blocked with 403. */
final class RefuseBlockedAddress implements Policy {

    private final BlockGate gate;

    RefuseBlockedAddress(BlockGate gate) {
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
