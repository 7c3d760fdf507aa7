package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.balance.Endpoint;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.time.Clock;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One server of an upstream with its pools and the state that these share. Safe for any thread.
 *
 * @param config the upstream's
 * @param server where it is
 * @param endpoint what is counted of it over all event loops
 * @param pools one for each event loop, once they are made
 * @param lastAddresses those that its name had when any event loop was last told; they outlive a reload
 */
record PooledServer(
        UpstreamConfig config,
        UpstreamConfig.Server server,
        Endpoint endpoint,
        List<Pool> pools,
        AtomicReference<List<InetSocketAddress>> lastAddresses) {

    /** A server of this upstream, without pools. */
    static PooledServer of(
            UpstreamConfig config,
            UpstreamConfig.Server server,
            AtomicReference<List<InetSocketAddress>> lastAddresses) {
        Endpoint endpoint = new Endpoint(server.toString(), config.maxConnections(), Clock.system());
        return new PooledServer(config, server, endpoint, new CopyOnWriteArrayList<>(), lastAddresses);
    }
}
