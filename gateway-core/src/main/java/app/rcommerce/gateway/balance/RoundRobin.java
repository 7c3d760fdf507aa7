package app.rcommerce.gateway.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A balancer that chooses servers in turn. Servers to which no connection could be made are chosen only where there is
 * no other. Confined to one event loop.
 */
public final class RoundRobin implements Balancer {

    private int next;

    @Override
    public @Nullable Endpoint choose(List<Endpoint> endpoints, Set<Endpoint> tried) {
        int first = next < endpoints.size() ? next : 0;
        int lastResort = -1;
        for (int i = 0; i < endpoints.size(); i++) {
            int at = (first + i) % endpoints.size();
            Endpoint endpoint = endpoints.get(at);
            if (tried.contains(endpoint)) {
                continue;
            }
            boolean isAlone = tried.size() + 1 == endpoints.size();
            if (isAlone || !endpoint.isPassedOver()) {
                next = at + 1;
                return endpoint;
            }
            lastResort = lastResort < 0 ? at : lastResort;
        }
        if (lastResort < 0) {
            return null;
        }
        next = lastResort + 1;
        return endpoints.get(lastResort);
    }
}
