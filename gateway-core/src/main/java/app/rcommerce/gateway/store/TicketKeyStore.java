package app.rcommerce.gateway.store;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The keys by which TLS sessions are resumed, one for each period of time, made by whichever node asks for it first.
 * What is stored is sealed: the store cannot read it. Stages fail with {@link StoreUnavailable} and nothing else. Safe
 * for any thread.
 */
public interface TicketKeyStore {

    /**
     * The sealed key of a period: the one that stands there; where there is none the proposed one, which then stands
     * there for so long.
     *
     * @param period a number that all nodes agree on
     */
    CompletionStage<String> keep(long period, String proposed, Duration life);
}
