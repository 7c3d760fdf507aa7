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

/**
 * Refuses a caller with 403 where one of its identities, its API key, its user or its certificate, is blocked and not
 * on the allowlist. An instance checks one of the three.
 */
public final class RefuseBlockedIdentity implements Policy {

    /** The identity of a caller that is checked. */
    public enum Of {
        /** The API key. */
        API_KEY,
        /** The subject of the token. */
        USER,
        /** What the client's certificate says. */
        CERTIFICATE
    }

    private final Of of;
    private final BlockGate gate;
    private final AccessList allowed;
    private final Suspects suspects;

    /**
     * A policy that checks this identity with the gate, unless it is on the list, and records the verdict with the
     * suspects.
     */
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
        Identifier identity = identity(call);
        return identity == null || call.allowlisted() || allowed.names(identity)
                ? Verdict.PASS
                : suspects.noted(identity, gate.identity(call, identity));
    }

    private @Nullable Identifier identity(Call call) {
        Caller.ApiKeyCaller app = call.caller().apiKey();
        Caller.TokenCaller user = call.caller().token();
        return switch (of) {
            case API_KEY -> app == null ? null : app.identifier();
            case USER -> user == null ? null : user.identifier();
            case CERTIFICATE -> call.certificate();
        };
    }
}
