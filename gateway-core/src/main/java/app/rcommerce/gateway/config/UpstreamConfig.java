package app.rcommerce.gateway.config;

import java.time.Duration;
import java.util.List;

/**
 * One of {@code [upstreams.NAME]}.
 *
 * @param name the name routes refer to
 * @param servers at least one; taken in turn
 * @param connectTimeout for a new connection
 * @param timeout to the first byte of the answer, and between bytes
 * @param idleTimeout after which an idle connection is closed; keep it below the upstream's own
 * @param maxConnections requests in flight to each server, and connections, over all event loops; a request beyond
 *     waits for none and is refused with 503
 * @param maxConnectionAge after which a connection is closed once it has served, so that changes of names are followed
 * @param maxConnectionRequests requests after which a connection is closed
 */
public record UpstreamConfig(
        String name,
        List<Server> servers,
        Duration connectTimeout,
        Duration timeout,
        Duration idleTimeout,
        int maxConnections,
        Duration maxConnectionAge,
        int maxConnectionRequests) {

    /** An origin as {@code http://host:port}. */
    public record Server(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    public UpstreamConfig {
        servers = List.copyOf(servers);
    }
}
