package app.rcommerce.gateway.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A load-balancing rule: it chooses the server of an upstream that a request is sent to. Confined to one event loop;
 * each loop has an instance of its own.
 */
public interface Balancer {

    /**
     * Chooses the server for a request, or for its next attempt.
     *
     * @param endpoints all servers, in the order of the configuration
     * @param tried those that have refused this request already
     * @return one that has not been tried; null where there is none
     */
    @Nullable
    Endpoint choose(List<Endpoint> endpoints, Set<Endpoint> tried);
}
