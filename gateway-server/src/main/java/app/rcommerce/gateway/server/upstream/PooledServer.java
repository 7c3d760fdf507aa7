package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.balance.Endpoint;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One server of an upstream with its pools and the state that these share. Safe for any thread.
 *
 * @param config the upstream's
 * @param server where it is
 * @param endpoint what is counted of it over all event loops
 * @param pools one for each event loop, once they are made
 */
record PooledServer(UpstreamConfig config, UpstreamConfig.Server server, Endpoint endpoint, List<Pool> pools) {

    /** A server of this upstream, without pools. */
    static PooledServer of(UpstreamConfig config, UpstreamConfig.Server server) {
        Endpoint endpoint = new Endpoint(server.toString(), config.maxConnections(), Clock.system());
        return new PooledServer(config, server, endpoint, new CopyOnWriteArrayList<>());
    }
}
