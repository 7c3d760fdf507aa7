package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The upstreams of one configuration, with a set of pools for each event loop: a request is sent from the loop that
 * serves its client, so no exchange crosses threads.
 */
public final class Upstreams {

    /** Told the result of {@link #acquire}, on the event loop of the call. */
    public interface Acquired {
        /** A stream that serves the listener from now on. */
        void acquired(UpstreamStream stream);

        /** No connection is to be had. */
        void refused(Failure failure);
    }

    /** The pools of one upstream on one loop, taken in turn. */
    private static final class Turn {
        final List<Pool> pools = new ArrayList<>();
        int next;

        /** All pools, beginning with the one whose turn it is; those of servers to be passed over come last. */
        List<Pool> order() {
            int first = next;
            next = first + 1 == pools.size() ? 0 : first + 1;
            if (pools.size() == 1) {
                return pools;
            }
            List<Pool> order = new ArrayList<>(pools.size());
            List<Pool> passedOver = new ArrayList<>(0);
            for (int i = 0; i < pools.size(); i++) {
                Pool pool = pools.get((first + i) % pools.size());
                (pool.endpoint().isPassedOver() ? passedOver : order).add(pool);
            }
            order.addAll(passedOver);
            return order;
        }
    }

    private final IdentityHashMap<EventExecutor, Map<String, Turn>> loops = new IdentityHashMap<>();
    private final Map<String, List<Endpoint>> endpoints = new HashMap<>();

    /** Pools for each loop of the transport; connections are opened when first needed. */
    public Upstreams(Map<String, UpstreamConfig> configs, Transport transport) {
        configs.forEach((name, config) -> endpoints.put(
                name,
                config.servers().stream()
                        .map(server -> new Endpoint(server, config.maxConnections()))
                        .toList()));
        for (EventExecutor executor : transport.group()) {
            Map<String, Turn> turns = new HashMap<>();
            configs.forEach((name, config) -> {
                Turn turn = new Turn();
                for (Endpoint endpoint : endpointsOf(name)) {
                    turn.pools.add(new Pool(config, endpoint, (EventLoop) executor, transport));
                }
                turns.put(name, turn);
            });
            loops.put(executor, turns);
        }
    }

    private List<Endpoint> endpointsOf(String upstream) {
        return endpoints.getOrDefault(upstream, List.of());
    }

    /** Open connections to the upstream, busy and idle. */
    public int openConnections(String upstream) {
        return endpointsOf(upstream).stream().mapToInt(Endpoint::connections).sum();
    }

    /** Requests that the upstream has not answered yet. */
    public int requestsInFlight(String upstream) {
        return endpointsOf(upstream).stream().mapToInt(Endpoint::requests).sum();
    }

    /**
     * Finds a connection to one of the upstream's servers: idle, or new. A server that cannot be connected to is passed
     * over for the next one, since nothing has been sent yet, and comes last for a while.
     *
     * @param fresh whether an idle connection will not do
     */
    public void acquire(EventLoop loop, String upstream, boolean fresh, ResponseListener listener, Acquired toTell) {
        Map<String, Turn> turns = loops.get(loop);
        Turn turn = turns == null ? null : turns.get(upstream);
        if (turn == null) {
            throw new IllegalStateException("upstream " + upstream + " has no pool on this event loop");
        }
        acquire(turn.order(), 0, fresh, listener, toTell);
    }

    private void acquire(List<Pool> order, int attempt, boolean fresh, ResponseListener listener, Acquired toTell) {
        order.get(attempt).acquire(fresh, new Pool.Acquired() {
            @Override
            public void acquired(UpstreamConnection connection) {
                connection.begin(listener);
                toTell.acquired(connection);
            }

            @Override
            public void refused(Failure failure) {
                if (attempt + 1 < order.size()) {
                    acquire(order, attempt + 1, fresh, listener, toTell);
                } else {
                    toTell.refused(failure);
                }
            }
        });
    }

    /** Closes idle connections, and busy ones once they have served: this configuration has been replaced. */
    public void retire() {
        loops.forEach((executor, turns) ->
                executor.execute(() -> turns.values().forEach(turn -> turn.pools.forEach(Pool::retire))));
    }
}
