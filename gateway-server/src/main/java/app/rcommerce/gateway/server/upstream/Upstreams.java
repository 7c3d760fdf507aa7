package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.config.UpstreamConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The upstreams of one configuration, with a set of pools for each event loop: a request is sent from the loop that
 * serves its client, so no exchange crosses threads.
 */
public final class Upstreams {

    /** Told the result of {@link #acquire}, on the event loop of the call. */
    public interface Acquired {
        /** A connection that serves the listener from now on. */
        void acquired(UpstreamConnection connection);

        /** No connection is to be had. */
        void refused(Failure failure);
    }

    /** The pools of one upstream on one loop, taken in turn. */
    private static final class Turn {
        final List<Pool> pools = new ArrayList<>();
        int next;
    }

    private final IdentityHashMap<EventExecutor, Map<String, Turn>> loops = new IdentityHashMap<>();
    private final Map<String, List<AtomicInteger>> open = new HashMap<>();

    /** Pools for each loop of the transport; connections are opened when first needed. */
    public Upstreams(Map<String, UpstreamConfig> configs, Transport transport) {
        configs.forEach((name, config) -> open.put(
                name, config.servers().stream().map(server -> new AtomicInteger()).toList()));
        for (EventExecutor executor : transport.group()) {
            Map<String, Turn> turns = new HashMap<>();
            configs.forEach((name, config) -> {
                Turn turn = new Turn();
                for (int i = 0; i < config.servers().size(); i++) {
                    turn.pools.add(new Pool(
                            config,
                            config.servers().get(i),
                            openOf(name).get(i),
                            (EventLoop) executor,
                            transport));
                }
                turns.put(name, turn);
            });
            loops.put(executor, turns);
        }
    }

    private List<AtomicInteger> openOf(String upstream) {
        return open.getOrDefault(upstream, List.of());
    }

    /** Open connections to the upstream, busy and idle. */
    public int openConnections(String upstream) {
        int sum = 0;
        for (AtomicInteger count : openOf(upstream)) {
            sum += count.get();
        }
        return sum;
    }

    /**
     * Finds a connection to one of the upstream's servers: idle, or new. A server that cannot be connected to is passed
     * over for the next one, since nothing has been sent yet.
     *
     * @param fresh whether an idle connection will not do
     */
    public void acquire(EventLoop loop, String upstream, boolean fresh, ResponseListener listener, Acquired toTell) {
        Map<String, Turn> turns = loops.get(loop);
        Turn turn = turns == null ? null : turns.get(upstream);
        if (turn == null) {
            throw new IllegalStateException("upstream " + upstream + " has no pool on this event loop");
        }
        int first = turn.next;
        turn.next = first + 1 == turn.pools.size() ? 0 : first + 1;
        Pool pool = turn.pools.get(first);
        UpstreamConnection idle = fresh ? null : pool.takeIdle();
        if (idle != null) {
            idle.begin(listener);
            toTell.acquired(idle);
            return;
        }
        connect(turn, first, 0, listener, toTell);
    }

    private void connect(Turn turn, int first, int attempt, ResponseListener listener, Acquired toTell) {
        turn.pools.get((first + attempt) % turn.pools.size()).connect(new Pool.Connected() {
            @Override
            public void connected(UpstreamConnection connection) {
                connection.begin(listener);
                toTell.acquired(connection);
            }

            @Override
            public void refused(Failure failure) {
                if (attempt + 1 < turn.pools.size()) {
                    connect(turn, first, attempt + 1, listener, toTell);
                } else {
                    toTell.refused(failure);
                }
            }
        });
    }

    /** Closes idle connections, and busy ones once they have served: this configuration has been replaced. */
    public void retire() {
        loops.forEach((executor, turns) -> executor.execute(
                () -> turns.values().forEach(turn -> turn.pools.forEach(Pool::retire))));
    }
}
