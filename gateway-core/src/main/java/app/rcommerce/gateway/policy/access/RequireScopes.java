package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import java.util.List;

/** Refuses a caller whose credential lacks a scope of the route with 403 (RFC 6750 §3.1); anonymous callers pass. */
public final class RequireScopes implements Policy {

    private final Telemetry telemetry;

    /** A policy that tells the telemetry what it refuses. */
    public RequireScopes(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public Ask ask(Call call) {
        return Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        List<String> wanted = call.foundRoute().scopes();
        if (wanted.isEmpty()
                || call.caller() instanceof Caller.Anonymous
                || call.caller().permits(wanted)) {
            return Verdict.PASS;
        }
        telemetry.decided("scopes", "refused");
        String scopes = String.join(" ", wanted);
        String challenge = "Bearer realm=\"rcommerce\", error=\"insufficient_scope\", scope=\"" + scopes + "\"";
        return new Verdict.LocalReply(Denial.SCOPE_MISSING.reply(
                call, new Reason.MissingScope(scopes), new Field("www-authenticate", challenge)));
    }
}
