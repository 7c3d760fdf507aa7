package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.Router;

/**
 * Finds the request's route. Replies with 404 where none matches, with 405 and {@code Allow} where only the method does
 * not match, and with 400 where a server that decodes escaped slashes would match another route than one that does not.
 */
public final class FindRoute implements Policy {

    private final Router router;

    /** A policy that finds routes with this router. */
    public FindRoute(Router router) {
        this.router = router;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        Request request = call.request();
        Router.Match match =
                router.match(request.method(), request.host(), request.target().matched());
        for (String other : request.target().otherReadings()) {
            boolean same = !other.isEmpty() && match.equals(router.match(request.method(), request.host(), other));
            if (!same && !isMeantLiterally(match)) {
                return new Verdict.LocalReply(Denial.PATH_AMBIGUOUS.reply(call));
            }
        }
        return switch (match) {
            case Router.Match.Found found -> {
                call.routed(found.route());
                yield Verdict.PASS;
            }
            case Router.Match.MethodNotAllowed not ->
                new Verdict.LocalReply(
                        Denial.METHOD_NOT_ALLOWED.reply(call, new Field("allow", String.join(", ", not.allowed()))));
            case Router.Match.NotFound ignored -> new Verdict.LocalReply(Denial.NO_ROUTE.reply(call));
        };
    }

    private static boolean isMeantLiterally(Router.Match match) {
        return match instanceof Router.Match.Found found && found.route().path().namesEscapedSlash();
    }
}
