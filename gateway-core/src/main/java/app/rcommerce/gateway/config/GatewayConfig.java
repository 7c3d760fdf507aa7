package app.rcommerce.gateway.config;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.route.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration, checked: every reference points somewhere. One immutable snapshot; a request is decided
 * under a single one from beginning to end.
 *
 * @param files the files it was read from, the main one first: what a reload watches
 * @param limits by name, in the order of the file
 * @param upstreams by name, in the order of the file
 * @param routes in the order of the file
 */
public record GatewayConfig(
        List<Path> files,
        ServerConfig server,
        CacheConfig cache,
        AuthConfig auth,
        AccessConfig access,
        Map<String, Limit> limits,
        Map<String, UpstreamConfig> upstreams,
        List<Route> routes) {

    public GatewayConfig {
        files = List.copyOf(files);
        routes = List.copyOf(routes);
    }
}
