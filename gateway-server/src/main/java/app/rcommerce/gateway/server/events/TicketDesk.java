package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.auth.Challenge;
import app.rcommerce.gateway.policy.auth.TicketText;
import app.rcommerce.gateway.server.exchange.Exchange;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * Gives out tickets: whoever has shown a credential gets one that lets in once, soon, on the same route and in place of
 * the credential. For the event loop of the exchange.
 */
final class TicketDesk {

    private static final Duration LIFE = Duration.ofSeconds(30);
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Denial NO_CREDENTIAL =
            new Denial(401, "UNAUTHORIZED", "A ticket is for whoever shows a credential.");

    private static final Denial TOO_MANY =
            new Denial(429, "TOO_MANY_TICKETS", "Too many tickets have been asked for that were not used.");

    private final Events events;
    private final Exchange exchange;

    TicketDesk(Events events, Exchange exchange) {
        this.events = events;
        this.exchange = exchange;
    }

    /** Answers with a ticket, once the store has it. */
    void issue() {
        Caller caller = exchange.call().caller();
        if (caller instanceof Caller.Anonymous || exchange.call().credential() instanceof Credential.Ticket) {
            // A ticket is good once, and not for another one.
            exchange.answer(NO_CREDENTIAL.reply(exchange.call(), Challenge.BEARER));
            return;
        }
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        events.tickets()
                .put(
                        Digests.sha256Hex(ticket),
                        owner(caller),
                        TicketText.of(
                                exchange.route().name(), caller, exchange.call().session()),
                        LIFE)
                .whenComplete((kept, failure) -> exchange.client().later(() -> {
                    if (!exchange.isOver()) {
                        exchange.answer(failure != null ? StoreFailures.denial(exchange.call()) : issued(ticket, kept));
                    }
                }));
    }

    /** What stands for a caller where tickets are counted. */
    private static String owner(Caller caller) {
        return Digests.sha256Hex(
                caller.identifiers().stream().map(Identifier::toString).collect(Collectors.joining("\n")));
    }

    private Reply issued(String ticket, boolean isKept) {
        if (!isKept) {
            String soon = Long.toString(LIFE.toSeconds());
            return TOO_MANY.reply(exchange.call(), new Field("retry-after", soon));
        }
        return Reply.json(200, "{\"ticket\":\"" + ticket + "\",\"expires_in\":" + LIFE.toSeconds() + "}");
    }
}
