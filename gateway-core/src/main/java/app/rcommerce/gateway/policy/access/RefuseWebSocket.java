package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;

/**
 * Refuses WebSocket handshakes with 501, since the gateway does not relay WebSocket connections. Forwarded as a plain
 * GET, a handshake would get an ordinary response, perhaps from the cache, which the client does not understand. Other
 * upgrades are ignored, as RFC 9110 §7.8 allows.
 */
public final class RefuseWebSocket implements Policy {

    @Override
    public Ask ask(Call call) {
        return Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        return call.request().isWebSocketHandshake()
                ? new Verdict.LocalReply(Denial.WEBSOCKET_NOT_RELAYED.reply(call))
                : Verdict.PASS;
    }
}
