package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.identity.Identifier;
import java.util.List;

/**
 * Refuses API keys and users that are blocked with 403, and exempts those on the allowlist. A caller with a key and a
 * token is refused if either is blocked, and exempt if both are.
 */
final class RefuseBlockedIdentity implements Policy {

    private final BlockGate gate;
    private final AccessList allowed;

    RefuseBlockedIdentity(BlockGate gate, AccessList allowed) {
        this.gate = gate;
        this.allowed = allowed;
    }

    @Override
    public Verdict decide(Call call) {
        List<Identifier> identities = call.caller().identifiers();
        if (!identities.isEmpty() && identities.stream().allMatch(allowed::names)) {
            call.allowlist();
        }
        return switch (call.allowlisted() ? 0 : identities.size()) {
            case 0 -> Verdict.PASS;
            case 1 -> gate.identity(call, identities.getFirst());
            default ->
                new Together(identities.stream()
                                .filter(identity -> !allowed.names(identity))
                                .<Policy>map(identity -> asked -> gate.identity(asked, identity))
                                .toList())
                        .decide(call);
        };
    }
}
