package app.rcommerce.gateway.server.handler;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.events.Events;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.jobs.Jobs;
import app.rcommerce.gateway.server.proxy.Proxying;
import app.rcommerce.gateway.server.proxy.idempotent.Idempotency;
import app.rcommerce.gateway.server.proxy.websocket.WebSocketHandling;

/**
 * The factory of the handlings of every kind of handler, and the only place where all kinds are named. Immutable; safe
 * for any thread.
 *
 * @param proxying what forwarding needs
 * @param idempotency what requests with idempotency keys need
 * @param events what topics need
 * @param jobs what queues need
 */
public record Handlers(Proxying proxying, Idempotency idempotency, Events events, Jobs jobs)
        implements Handling.Factory {

    @Override
    public Handling of(Handler handler, Exchange exchange) {
        return switch (handler) {
            // On routes that relay none no WebSocket handshake passes the policies.
            case Handler.Proxy proxy ->
                exchange.incoming().isWebSocketHandshake()
                        ? new WebSocketHandling(proxying, proxy.upstream(), exchange)
                        : idempotency.of(proxying, proxy, exchange);
            case Handler.Respond respond -> new RespondHandling(respond, exchange);
            case Handler.Events heard -> events.of(heard, exchange);
            case Handler.Publish publish -> events.of(publish, exchange);
            case Handler.Enqueue enqueue -> jobs.of(enqueue, exchange);
            case Handler.Redirect redirect -> new RedirectHandling(redirect, exchange);
        };
    }
}
