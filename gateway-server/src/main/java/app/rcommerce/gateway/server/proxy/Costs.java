package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.message.FieldLines;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** The cost of a request as the upstream says it in a field that is for the gateway alone. Stateless. */
public final class Costs {

    private Costs() {}

    /** Reads the cost from the head of the upstream's response and removes the field. */
    public static void take(Exchange exchange, HttpHeaders fields) {
        String field = exchange.route().cost().responseField();
        if (field == null) {
            return;
        }
        List<String> said = FieldLines.of(fields, field);
        if (said.size() == 1) {
            exchange.call().cost(said.getFirst().trim());
        }
        fields.remove(field);
    }

    /** Removes the field from an interim answer, which says nothing of the cost. */
    public static void remove(Exchange exchange, HttpHeaders fields) {
        String field = exchange.route().cost().responseField();
        if (field != null) {
            fields.remove(field);
        }
    }
}
