package app.rcommerce.gateway.server.handler;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
        List<Field> fields =
                respond.body().isEmpty() ? List.of() : List.of(new Field("content-type", respond.contentType()));
        exchange.answer(new Reply(respond.status(), fields, respond.body().getBytes(StandardCharsets.UTF_8)));
    }
}
