package app.rcommerce.gateway.config;

import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.route.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration, checked: every name that it refers to exists. Immutable; a request is decided under a single
 * configuration from beginning to end.
 *
 * @param sources the files it was read from, the main one first, and what was found there: what a reload watches
 * @param limits by name, in the order of the file
 * @param upstreams by name, in the order of the file
 * @param queues by name, in the order of the file
 * @param routes in the order of the file
 */
public record GatewayConfig(
        List<SourceFile> sources,
        ServerConfig server,
        CacheConfig cache,
        AuthConfig auth,
        AccessConfig access,
        Map<String, Limit> limits,
        Map<String, UpstreamConfig> upstreams,
        Map<String, QueueRule> queues,
        List<Route> routes) {

    public GatewayConfig {
        sources = List.copyOf(sources);
        routes = List.copyOf(routes);
    }

    /** The files it was read from, the main one first. */
    public List<Path> files() {
        return sources.stream().map(SourceFile::path).toList();
    }
}
