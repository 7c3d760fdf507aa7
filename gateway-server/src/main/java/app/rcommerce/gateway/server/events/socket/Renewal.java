package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.PolicyRun;
import app.rcommerce.gateway.server.events.hub.Subscription;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.topic.TopicRules;
import app.rcommerce.gateway.topic.message.Answers;
import app.rcommerce.gateway.topic.message.ClientMessage.Form;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A token that a client shows on its socket: who it is, where nobody has known, or that it still is. It passes the
 * policies that a token in a request does. For the event loop of the socket.
 */
final class Renewal implements PolicyRun.End {

    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /** What the client is told, by the code of a denial; it has a field for no other. */
    private static final Map<String, String> MESSAGES = Map.of(
            "TOKEN_EXPIRED", "The token has expired.",
            "TOKEN_REVOKED", "The token has been revoked.",
            "BLOCKED", "Access is denied.",
            "FORBIDDEN", "The credential does not permit this request.",
            "STORE_UNAVAILABLE", "The token cannot be checked at the moment. Please retry.",
            "TOO_MANY_INVALID_TOKENS", "Too many invalid tokens have come from this address. Please retry later.");

    private final EventSocket socket;
    private final Form form;
    private final Call call;
    private final Runnable done;

    private Renewal(EventSocket socket, Form form, Call call, Runnable done) {
        this.socket = socket;
        this.form = form;
        this.call = call;
        this.done = done;
    }

    /**
     * Begins to look at a token.
     *
     * @param done runs once the client has been answered
     */
    static void begin(EventSocket socket, Form form, String compact, Runnable done) {
        Snapshot now = socket.served().now().get();
        Call call = socket.served().tenure().renewing("renewal", compact);
        new PolicyRun(now.renewals(), call, socket.loop(), new Renewal(socket, form, call, done)).start();
    }

    @Override
    public void ended(@Nullable Reply answer, @Nullable Throwable thrown) {
        done.run();
        call.end();
        if (thrown != null) {
            LOG.error("a token on a socket could not be looked at", thrown);
        }
        if (socket.isOver()) {
            return;
        }
        if (answer != null || thrown != null) {
            String code = thrown == null ? call.denialCode() : "INTERNAL_ERROR";
            refuse(code, MESSAGES.getOrDefault(code, "The token is not valid."));
            return;
        }
        Caller caller = joined(socket.caller(), call.caller());
        if (caller == null) {
            refuse("FORBIDDEN", "The token is of another caller than the socket's.");
            return;
        }
        socket.goOnAs(caller);
        Caller.TokenCaller token = caller.token();
        long left = token == null ? 0 : token.expiresAtMillis() - System.currentTimeMillis();
        socket.tell(answers().accepted(form, Math.max(0, left / 1000)));
        dropForbidden(caller);
    }

    /** The caller of a socket that has been shown a token; null where it is of somebody else. */
    private static @Nullable Caller joined(Caller before, Caller shown) {
        Caller.TokenCaller known = before.token();
        Caller.TokenCaller token = shown.token();
        if (token == null || (known != null && !known.identifier().equals(token.identifier()))) {
            return null;
        }
        Caller.ApiKeyCaller key = before.apiKey();
        return key == null ? token : new Caller.KeyAndToken(key, token);
    }

    /** Ends the subscriptions that the new token does not permit. */
    private void dropForbidden(Caller caller) {
        for (Subscription one : List.copyOf(socket.heard())) {
            if (socket.served().events().topics().answer(one.topic(), caller) instanceof TopicRules.Refusal refusal) {
                socket.leave(one.topic());
                socket.tell(answers().error(Form.SHORT, refusal.code(), refusal.message(), one.topic()));
            }
        }
    }

    private void refuse(String code, String message) {
        socket.tell(answers().error(form, code, message, null));
    }

    private static Answers answers() {
        return new Answers(System.currentTimeMillis());
    }
}
