package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import java.util.List;

/**
 * Exempts API keys and users on the allowlist from blocks and limits. A caller with both a key and a token is exempt
 * only where both are on the list. A certificate exempts a caller that has neither.
 */
public final class ExemptIdentity implements Policy {

    private final AccessList allowed;

    /** A policy that exempts the identities on this list. */
    public ExemptIdentity(AccessList allowed) {
        this.allowed = allowed;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        List<Identifier> known = call.caller().identifiers();
        List<Identifier> identities = known.isEmpty() ? call.identities() : known;
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
