package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.identity.Identifier;

/** Refuses API keys and users that are blocked with 403, and exempts those on the allowlist. */
final class RefuseBlockedIdentity implements Policy {

    private final BlockGate gate;
    private final AccessList allowed;

    RefuseBlockedIdentity(BlockGate gate, AccessList allowed) {
        this.gate = gate;
        this.allowed = allowed;
    }

    @Override
    public Verdict decide(Call call) {
        Identifier identity = call.caller().identifier();
        if (identity == null) {
            return Verdict.PASS;
        }
        if (allowed.names(identity)) {
            call.allowlist();
        }
        return call.allowlisted() ? Verdict.PASS : gate.identity(call, identity);
    }
}
