package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.identity.Caller;
import java.util.List;

/** Refuses a caller whose credential lacks a scope of the route with 403 (RFC 6750 §3.1); anonymous callers pass. */
final class RequireScopes implements Policy {

    private final Telemetry telemetry;

    RequireScopes(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public Ask ask(Call call) {
        return Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        List<String> wanted = call.plan().route().scopes();
        if (wanted.isEmpty()
                || call.caller() instanceof Caller.Anonymous
                || call.caller().permits(wanted)) {
            return Verdict.PASS;
        }
        telemetry.decided("scopes", "refused");
        String challenge =
                "Bearer realm=\"rcommerce\", error=\"insufficient_scope\", scope=\"" + String.join(" ", wanted) + "\"";
        return new Verdict.Answer(Denial.SCOPE_MISSING.reply(call, new Field("www-authenticate", challenge)));
    }
}
