package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.policy.PolicyOrder;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.policy.access.OpenSocketCheck;
import app.rcommerce.gateway.server.memory.ContentBudget;
import app.rcommerce.gateway.server.message.RequestIds;
import app.rcommerce.gateway.server.sockets.OpenSockets;
import org.jspecify.annotations.Nullable;

/**
 * The compiled configuration under which a request is handled. It is taken once for each request, so that a reload
 * cannot change it between two decisions. Immutable.
 *
 * @param server bounds and time-outs
 * @param requestIds the ids of requests
 * @param hsts the value of {@code Strict-Transport-Security} on answers by TLS; null for none
 * @param policies what is decided, in order
 * @param sockets whether callers may keep their WebSockets open
 * @param renewals what is decided about a token that is shown on an open connection
 * @param openSockets the WebSockets that are open on this node
 * @param bans told of every answer
 * @param handlings what answers requests that have passed the policies
 * @param contents the bound on large answers of our own that clients have not taken yet
 */
public record Snapshot(
        ServerConfig server,
        RequestIds requestIds,
        @Nullable String hsts,
        PolicyOrder policies,
        OpenSocketCheck sockets,
        PolicyOrder renewals,
        OpenSockets openSockets,
        Bans bans,
        Handling.Factory handlings,
        ContentBudget contents) {

    /** Tells the bans that a client's connection was closed because of its misbehaviour; a trusted proxy's is not. */
    public void misbehaved(byte[] address) {
        if (server.trustedProxies().stream().noneMatch(range -> range.contains(address))) {
            bans.misbehaved(address);
        }
    }
}
