package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import org.jspecify.annotations.Nullable;

/** Refuses a caller with 403 where this one of its identities is blocked and not on the allowlist. */
final class RefuseBlockedIdentity implements Policy {

    /** Which of a caller's identities is judged. */
    enum Of {
        API_KEY,
        USER
    }

    private final Of of;
    private final BlockGate gate;
    private final AccessList allowed;
    private final Suspects suspects;

    RefuseBlockedIdentity(Of of, BlockGate gate, AccessList allowed, Suspects suspects) {
        this.of = of;
        this.gate = gate;
        this.allowed = allowed;
        this.suspects = suspects;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        Identifier identity = identity(call.caller());
        return identity == null || call.allowlisted() || allowed.names(identity)
                ? Verdict.PASS
                : suspects.noted(identity, gate.identity(call, identity));
    }

    private @Nullable Identifier identity(Caller caller) {
        Caller.ApiKeyCaller app = caller.apiKey();
        Caller.TokenCaller user = caller.token();
        return switch (of) {
            case API_KEY -> app == null ? null : app.identifier();
            case USER -> user == null ? null : user.identifier();
        };
    }
}
