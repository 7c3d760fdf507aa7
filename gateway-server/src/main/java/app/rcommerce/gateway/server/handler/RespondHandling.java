package app.rcommerce.gateway.server.handler;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;

/** Answers one request with the fixed response of its configuration. Confined to the event loop of the exchange. */
final class RespondHandling implements Handling {

    private final Handler.Respond respond;
    private final Exchange exchange;

    RespondHandling(Handler.Respond respond, Exchange exchange) {
        this.respond = respond;
        this.exchange = exchange;
    }

    @Override
    public void begin() {
        exchange.answer(respond.reply());
    }
}
