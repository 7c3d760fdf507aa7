package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.identity.Identifier;
import java.util.List;

/** Exempts API keys and users on the allowlist from blocks and limits; a caller with a key and a token if both are. */
final class ExemptIdentity implements Policy {

    private final AccessList allowed;

    ExemptIdentity(AccessList allowed) {
        this.allowed = allowed;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        List<Identifier> identities = call.caller().identifiers();
        boolean exempt = !identities.isEmpty();
        for (Identifier identity : identities) {
            exempt &= allowed.names(identity);
        }
        if (exempt) {
            call.allowlist();
        }
        return Verdict.PASS;
    }
}
