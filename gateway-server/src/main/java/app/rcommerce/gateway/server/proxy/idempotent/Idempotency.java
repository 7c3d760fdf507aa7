package app.rcommerce.gateway.server.proxy.idempotent;

import app.rcommerce.gateway.idempotency.IdempotencyKey;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.idempotency.IdempotencyMeter;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.proxy.Proxying;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore;

/**
 * The dependencies of forwarding requests with idempotency keys. Immutable; safe for any thread.
 *
 * @param store what is kept under keys
 * @param budget the bound on requests and answers that are collected
 * @param meter told of what becomes of them
 */
public record Idempotency(IdempotencyStore store, MemoryBudget budget, IdempotencyMeter meter) {

    /** The handling that forwards this exchange, on a route that may have a rule. */
    public Handling of(Proxying proxying, Handler.Proxy proxy, Exchange exchange) {
        IdempotencyRule rule = proxy.idempotency();
        if (rule == null || !appliesTo(exchange, rule)) {
            return proxying.of(proxy, exchange);
        }
        return new IdempotentHandling(this, new IdempotentHandling.Forwarding(proxying, proxy, rule), exchange);
    }

    private static boolean appliesTo(Exchange exchange, IdempotencyRule rule) {
        return IdempotencyRule.appliesTo(exchange.incoming().method())
                && (rule.required() || exchange.incoming().head().fields().contains(IdempotencyKey.FIELD));
    }
}
