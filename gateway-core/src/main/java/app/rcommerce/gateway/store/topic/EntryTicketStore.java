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

    /** How many tickets a caller has at a time at most that are neither used nor over. */
    int MOST_OF_ONE = 64;

    /**
     * Keeps a ticket for so long; false where the caller has {@link #MOST_OF_ONE} of them, so that nobody fills the
     * store or pushes out the tickets of others.
     *
     * @param digest of the ticket, in hexadecimal
     * @param owner the digest of who has asked for it, in hexadecimal
     * @param caller who it is for, as a text of one line
     */
    CompletionStage<Boolean> put(String digest, String owner, String caller, Duration life);

    /** Who the ticket is for, for the first one who asks; null for all others, and where there is none. */
    CompletionStage<@Nullable String> take(String digest);
}
