package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.WebSocketHandshake;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.WebSocketRule;
import java.util.List;

/**
 * Checks WebSocket handshakes (RFC 6455 §4.2.1). On a route that relays none they get 501: forwarded as a plain GET, a
 * handshake would get an ordinary response, perhaps from the cache, which the client does not understand. On a route
 * that does, they must be whole, of the version that there is, and from an allowed origin; a client that names no
 * origin is no browser, and passes; the same holds for who hears topics otherwise. Other upgrades are ignored, as RFC
 * 9110 §7.8 allows.
 */
public final class CheckHandshake implements Policy {

    private static final String POLICY = "websocket";

    private final Telemetry telemetry;

    /** A policy that tells the telemetry what it refuses. */
    public CheckHandshake(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public Ask ask(Call call) {
        return Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        WebSocketRule rule = call.foundRoute().handler().webSocket();
        if (!call.request().isWebSocketHandshake()) {
            return rule != null && call.foundRoute().handler().events() != null ? origin(call, rule) : Verdict.PASS;
        }
        if (rule == null) {
            telemetry.decided(POLICY, "not_relayed");
            return new Verdict.LocalReply(Denial.WEBSOCKET_NOT_RELAYED.reply(call));
        }
        Headers headers = call.request().headers();
        List<String> versions = headers.all("sec-websocket-version");
        if (!call.request().method().equals("GET") || !WebSocketHandshake.isKey(headers.all("sec-websocket-key"))) {
            telemetry.decided(POLICY, "malformed");
            return new Verdict.LocalReply(Denial.HANDSHAKE_MALFORMED.reply(call));
        }
        if (versions.size() != 1 || !versions.getFirst().trim().equals(WebSocketHandshake.VERSION)) {
            telemetry.decided(POLICY, "version");
            return new Verdict.LocalReply(Denial.WEBSOCKET_VERSION.reply(
                    call,
                    new Field("sec-websocket-version", WebSocketHandshake.VERSION),
                    new Field("upgrade", "websocket")));
        }
        return origin(call, rule);
    }

    private Verdict origin(Call call, WebSocketRule rule) {
        for (String origin : call.request().headers().all("origin")) {
            if (!rule.origins().isEmpty() && !rule.origins().contains(origin.trim())) {
                telemetry.decided(POLICY, "origin");
                return new Verdict.LocalReply(
                        Denial.ORIGIN_NOT_ALLOWED.reply(call, new Reason.WrongOrigin(origin.trim())));
            }
        }
        return Verdict.PASS;
    }
}
