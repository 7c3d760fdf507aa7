package app.rcommerce.gateway.check;

import app.rcommerce.gateway.check.ConfigCheck.NamedHost;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.identity.Addresses;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The hosts that a configuration names: servers of upstreams, Redis, the issuer of tokens. */
final class NamedHosts {

    private final GatewayConfig config;
    private final Places places;
    private final List<NamedHost> hosts = new ArrayList<>();

    NamedHosts(GatewayConfig config, Places places) {
        this.config = config;
        this.places = places;
    }

    List<NamedHost> all() {
        addRedis();
        addIssuer();
        config.upstreams().values().forEach(this::addServers);
        return hosts;
    }

    private void addServers(UpstreamConfig upstream) {
        for (int i = 0; i < upstream.servers().size(); i++) {
            add(
                    upstream.servers().get(i).host(),
                    Written.path("upstreams", upstream.name()) + ".servers[" + i + "]",
                    "upstreams",
                    upstream.name(),
                    "servers",
                    i);
        }
    }

    private void addIssuer() {
        String url = config.auth().jwt() == null ? null : config.auth().jwt().jwksUrl();
        String host = url == null ? null : URI.create(url).getHost();
        if (host != null) {
            add(host.replaceAll("[\\[\\]]", ""), "auth.jwt.jwks_url", "auth", "jwt", "jwks_url");
        }
    }

    private void addRedis() {
        RedisConfig redis = config.cache().redis();
        if (redis == null) {
            return;
        }
        if (!redis.cluster().isEmpty()) {
            for (int i = 0; i < redis.cluster().size(); i++) {
                add(
                        host(redis.cluster().get(i)),
                        "cache.redis.cluster.nodes[" + i + "]",
                        "cache",
                        "redis",
                        "cluster",
                        "nodes",
                        i);
            }
        } else if (redis.sentinel() != null) {
            for (int i = 0; i < redis.sentinel().nodes().size(); i++) {
                add(
                        host(redis.sentinel().nodes().get(i)),
                        "cache.redis.sentinel_nodes[" + i + "]",
                        "cache",
                        "redis",
                        "sentinel_nodes",
                        i);
            }
        } else {
            add(redis.host(), "cache.redis.host", "cache", "redis", "host");
        }
    }

    /** The host of a node such as {@code redis://node1:6379}. */
    private static String host(String node) {
        String authority = node.substring(node.indexOf("//") + 2);
        return authority.startsWith("[")
                ? authority.substring(1, authority.indexOf(']'))
                : authority.substring(0, authority.lastIndexOf(':'));
    }

    private void add(String host, String path, Object... steps) {
        if (Addresses.parse(host) == null) {
            hosts.add(new NamedHost(
                    host,
                    new ConfigWarning(
                            places.of(steps), path, "the host " + Written.quoted(host) + " does not resolve here")));
        }
    }
}
