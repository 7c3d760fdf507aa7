package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.events.hub.Hub;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import java.util.function.Supplier;

/**
 * The dependencies of delivering and publishing topics. Immutable; safe for any thread.
 *
 * @param hub the topics that are heard on this node
 * @param tickets those that let browsers in once
 * @param contents the bound on messages that are on their way in
 * @param now the configuration in force
 */
public record Events(Hub hub, EntryTicketStore tickets, MemoryBudget contents, Supplier<Snapshot> now) {

    /** The handling of a client that hears topics. */
    public Handling of(Handler.Events events, Exchange exchange) {
        return new EventsHandling(this, events, exchange);
    }

    /** The handling of a client that publishes. */
    public Handling of(Handler.Publish publish, Exchange exchange) {
        return new PublishHandling(this, publish, exchange);
    }
}
