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
 * @param maxConnections to each server, over all event loops; a request beyond waits for none and is refused with 503
 */
public record UpstreamConfig(
        String name,
        List<Server> servers,
        Duration connectTimeout,
        Duration timeout,
        Duration idleTimeout,
        int maxConnections) {

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
