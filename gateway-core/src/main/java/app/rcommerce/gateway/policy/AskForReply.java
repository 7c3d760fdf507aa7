package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.route.Route;

/**
 * Asks for the stored reply before it is certain that the caller may have it, so that the question goes out with those
 * that decide this: where every request asks the store, it would otherwise cost a trip more. {@link LookUpReply} waits
 * for the answer.
 */
final class AskForReply implements Policy {

    /** Of which callers it asks. */
    enum Of {
        /** Those of whom nothing more will be asked: without a credential, or recognized. */
        KNOWN,
        /** All who are left. */
        EVERYBODY
    }

    private final LookUpReply lookUp;
    private final Of of;

    AskForReply(LookUpReply lookUp, Of of) {
        this.lookUp = lookUp;
        this.of = of;
    }

    @Override
    public Verdict decide(Call call) {
        boolean anonymous = call.credential() instanceof Credential.None
                && call.plan().route().auth() != Route.Auth.REQUIRED;
        if (call.plan().route().cache() != null && (of == Of.EVERYBODY || anonymous || call.isRecognized())) {
            lookUp.ask(call);
        }
        return Verdict.PASS;
    }
}
