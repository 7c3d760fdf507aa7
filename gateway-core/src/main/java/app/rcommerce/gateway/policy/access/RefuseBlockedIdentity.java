package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.policy.auth.Suspects;
import org.jspecify.annotations.Nullable;

/** Refuses a caller with 403 where this one of its identities is blocked and not on the allowlist. */
public final class RefuseBlockedIdentity implements Policy {

    /** Which of a caller's identities is judged. */
    public enum Of {
        /** The key of an app. */
        API_KEY,
        /** The subject of a token. */
        USER
    }

    private final Of of;
    private final BlockGate gate;
    private final AccessList allowed;
    private final Suspects suspects;

    /** Judges this identity by the gate, but for those on the list, and tells the suspects of it. */
    public RefuseBlockedIdentity(Of of, BlockGate gate, AccessList allowed, Suspects suspects) {
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
