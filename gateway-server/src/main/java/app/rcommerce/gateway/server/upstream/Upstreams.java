package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.balance.Balancer;
import app.rcommerce.gateway.balance.Endpoint;
import app.rcommerce.gateway.balance.RoundRobin;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The upstreams of one configuration, with a set of pools for each event loop: a request is sent from the loop that
 * serves its client, so no exchange crosses threads.
 */
public final class Upstreams {

    /** The receiver of a stream from {@link #acquire}, called on the event loop of the call. */
    public interface Acquired {
        /** Called before each server that is tried, with its name in the configuration. */
        void trying(String server);

        /** Called with a stream that serves the listener from now on. */
        void acquired(UpstreamStream stream);

        /** Called when no connection is available. */
        void refused(Failure failure);
    }

    /** One upstream on one event loop: the balancer, its endpoints, and their pools. */
    private record Local(Balancer balancer, List<Endpoint> endpoints, Map<Endpoint, Pool> pools) {}

    private final IdentityHashMap<EventExecutor, Map<String, Local>> loops = new IdentityHashMap<>();
    private final Map<String, List<Endpoint>> endpoints = new HashMap<>();

    /** What the names of servers were last known to mean. */
    private final Map<UpstreamConfig.Server, AtomicReference<List<InetSocketAddress>>> addresses = new HashMap<>();

    /**
     * Pools for each loop of the transport; connections are opened when first needed.
     *
     * @param before the upstreams of the configuration before, whose addresses serve while nobody tells newer ones;
     *     null for none
     */
    public Upstreams(Map<String, UpstreamConfig> configs, Transport transport, @Nullable Upstreams before) {
        Map<String, List<PooledServer>> origins = new HashMap<>();
        configs.forEach((name, config) -> {
            List<PooledServer> servers = config.servers().stream()
                    .map(server -> PooledServer.of(config, server, lastAddresses(server, before)))
                    .toList();
            origins.put(name, servers);
            endpoints.put(name, servers.stream().map(PooledServer::endpoint).toList());
        });
        for (EventExecutor executor : transport.group()) {
            Map<String, Local> upstreams = new HashMap<>();
            origins.forEach((name, servers) -> {
                Map<Endpoint, Pool> pools = new HashMap<>();
                for (PooledServer origin : servers) {
                    pools.put(origin.endpoint(), new Pool(origin, (EventLoop) executor, transport));
                }
                upstreams.put(name, new Local(new RoundRobin(), endpointsOf(name), pools));
            });
            loops.put(executor, upstreams);
        }
    }

    private AtomicReference<List<InetSocketAddress>> lastAddresses(
            UpstreamConfig.Server server, @Nullable Upstreams before) {
        return addresses.computeIfAbsent(server, one -> {
            AtomicReference<List<InetSocketAddress>> known = before == null ? null : before.addresses.get(one);
            return known == null ? new AtomicReference<>(List.of()) : known;
        });
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

    /** Whether the server of the upstream, by its name, is not passed over. */
    public boolean isUp(String upstream, String server) {
        return endpointsOf(upstream).stream()
                .filter(endpoint -> endpoint.toString().equals(server))
                .allMatch(Endpoint::isUp);
    }

    /**
     * Finds a connection to one of the upstream's servers: idle, or new. A server that cannot be connected to is passed
     * over for the next one, since nothing has been sent yet, and comes last for a while.
     *
     * @param fresh whether an idle connection will not do
     */
    public void acquire(EventLoop loop, String upstream, boolean fresh, ResponseListener listener, Acquired toTell) {
        Map<String, Local> upstreams = loops.get(loop);
        Local local = upstreams == null ? null : upstreams.get(upstream);
        if (local == null) {
            throw new IllegalStateException("upstream " + upstream + " has no pool on this event loop");
        }
        acquire(
                local,
                Objects.requireNonNull(
                        local.balancer().choose(local.endpoints(), Set.of()), "an upstream has a server"),
                Set.of(),
                fresh,
                listener,
                toTell);
    }

    private static void acquire(
            Local local,
            Endpoint endpoint,
            Set<Endpoint> tried,
            boolean fresh,
            ResponseListener listener,
            Acquired toTell) {
        Pool pool = Objects.requireNonNull(local.pools().get(endpoint), "an endpoint has a pool on each event loop");
        toTell.trying(endpoint.toString());
        pool.acquire(fresh, new Pool.Acquired() {
            @Override
            public void acquired(UpstreamConnection connection) {
                connection.begin(listener);
                toTell.acquired(connection);
            }

            @Override
            public void refused(Failure failure) {
                Set<Endpoint> refused = new HashSet<>(tried);
                refused.add(endpoint);
                Endpoint other = local.balancer().choose(local.endpoints(), refused);
                if (other == null) {
                    toTell.refused(failure);
                } else {
                    acquire(local, other, refused, fresh, listener, toTell);
                }
            }
        });
    }

    /** Closes idle connections, and busy ones once they have served: this configuration has been replaced. */
    public void retire() {
        loops.forEach((executor, upstreams) -> executor.execute(
                () -> upstreams.values().forEach(local -> local.pools().values().forEach(Pool::retire))));
    }
}
