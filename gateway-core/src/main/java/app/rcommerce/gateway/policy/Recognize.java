package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Caller;

/**
 * Finds who is calling where that needs no cryptography, before the address has been judged: what is asked of the store
 * about the identity then goes out in the same trip. Who is not found, or is a suspect, is left to
 * {@link Authenticate}.
 */
final class Recognize implements Policy {

    private final Authenticate authenticate;
    private final Suspects suspects;

    Recognize(Authenticate authenticate, Suspects suspects) {
        this.authenticate = authenticate;
        this.suspects = suspects;
    }

    @Override
    public Verdict decide(Call call) {
        Caller known = authenticate.known(call.credential());
        if (known != null && !suspects.contains(known)) {
            call.recognized(known);
        }
        return Verdict.PASS;
    }
}
