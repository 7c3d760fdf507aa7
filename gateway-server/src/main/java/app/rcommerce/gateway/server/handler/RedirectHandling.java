package app.rcommerce.gateway.server.handler;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import java.util.List;

/** Answers one request with a redirect. Confined to the event loop of the exchange. */
final class RedirectHandling implements Handling {

    private final Handler.Redirect redirect;
    private final Exchange exchange;

    RedirectHandling(Handler.Redirect redirect, Exchange exchange) {
        this.redirect = redirect;
        this.exchange = exchange;
    }

    @Override
    public void begin() {
        String location =
                redirect.to().of(exchange.incoming().target(), exchange.route().path());
        exchange.answer(new Reply(redirect.status(), List.of(new Field("location", location)), new byte[0]));
    }
}
