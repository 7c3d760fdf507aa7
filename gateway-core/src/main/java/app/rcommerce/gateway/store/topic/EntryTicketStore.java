package app.rcommerce.gateway.store.topic;

import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tickets that let a client in once, over all nodes, in place of the credential that it has shown before. The store
 * knows digests of them. Stages fail with {@link StoreUnavailable} and nothing else. Safe for any thread.
 */
public interface EntryTicketStore {

    /**
     * Keeps a ticket for so long.
     *
     * @param digest of the ticket, in hexadecimal
     * @param caller who it is for, as a text
     */
    CompletionStage<Void> put(String digest, String caller, Duration life);

    /** Who the ticket is for, for the first one who asks; null for all others, and where there is none. */
    CompletionStage<@Nullable String> take(String digest);
}
