package app.rcommerce.gateway.server.testing;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Tables of configurations that several tests have, each ended by a line feed. */
public final class Toml {

    /** Lines of {@code [cache.redis]} for tests that a slow answer of Redis must not change. */
    public static final String LONG_DEADLINE = """
            deadline = "2s"
            command_timeout = "2s"
            """;

    private Toml() {}

    /** A node on free ports with so many event loops, which trusts proxies on the loopback address. */
    public static String node(int workers) {
        return """
                [server]
                listen = ["127.0.0.1:0"]
                workers = %d
                trusted_proxies = ["127.0.0.0/8"]
                access_log = false
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:0"
                """.formatted(workers);
    }

    /** State in a single Redis, with more lines of {@code [cache]} and of {@code [cache.redis]}. */
    public static String redis(int port, String cache, String redis) {
        return """
                [cache]
                cache_type = "Redis"
                %s
                [cache.redis]
                port = %d
                %s
                """.formatted(cache, port, redis);
    }

    /** The upstream {@code u}. */
    public static String upstream(int port) {
        return """
                [upstreams.u]
                servers = ["http://127.0.0.1:%d"]
                """.formatted(port);
    }

    /** A route to the upstream {@code u} under these limits. */
    public static String route(String name, String path, String... limits) {
        return """
                [[routes]]
                name = "%s"
                path = "%s"
                upstream = "u"
                limits = [%s]
                """.formatted(
                        name,
                        path,
                        Arrays.stream(limits).map(limit -> '"' + limit + '"').collect(Collectors.joining(", ")));
    }
}
