package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;

/**
 * Refuses WebSocket handshakes with 501, since nothing relays them: forwarded as a plain GET one would get an ordinary
 * answer, from the cache perhaps, which no client understands. Other upgrades may be ignored (RFC 9110 §7.8), and are.
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
