package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.policy.reply.StoredTargets;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.upstream.Upstreams;

/**
 * The dependencies of forwarding under one configuration. Immutable; safe for any thread.
 *
 * @param upstreams where requests are sent
 * @param fills replies on their way into the cache
 * @param targets which stored replies an answer makes worthless
 */
public record Proxying(Upstreams upstreams, Fills fills, StoredTargets targets) {

    /** The handling that forwards this exchange. */
    public Handling of(Handler.Proxy proxy, Exchange exchange) {
        return new ProxyHandling(this, proxy, exchange, null);
    }

    /** As above, with an answer that goes by way of this keeper. */
    public Handling of(Handler.Proxy proxy, Exchange exchange, AnswerKeeper keeper) {
        return new ProxyHandling(this, proxy, exchange, keeper);
    }
}
