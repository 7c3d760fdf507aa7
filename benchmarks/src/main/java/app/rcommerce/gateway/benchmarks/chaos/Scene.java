package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.Origin;
import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import app.rcommerce.gateway.benchmarks.testbed.RespError;
import app.rcommerce.gateway.benchmarks.testbed.Token;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.gateway.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The setup of one trial: real Redis servers, a real gateway with the default deadline, and an origin. {@link #tell} is
 * for any thread.
 */
final class Scene implements AutoCloseable {

    private final List<RedisProcess> servers;
    private final FaultyProxy proxy;
    private final Origin origin = new Origin();
    private final Gateway gateway;

    Scene(Topology topology) throws IOException, InterruptedException {
        servers = topology.start();
        proxy = new FaultyProxy(servers.getFirst().port());
        gateway = Gateway.start(config(where(topology)));
        RedisProcess.await(
                "the gateway",
                Duration.ofSeconds(20),
                () -> isShown("gateway_tracking_active") && isShown("gateway_store_state{state=\"connected\"}"));
    }

    private String where(Topology topology) {
        return switch (topology) {
            case SINGLE -> "port = " + servers.getFirst().port();
            case PROXIED -> "port = " + proxy.port();
            case SENTINEL ->
                "sentinel_nodes = [\"redis://127.0.0.1:" + servers.getLast().port() + "\"]\nsentinel_service = \""
                        + Topology.SERVICE + "\"";
            case CLUSTER ->
                "[cache.redis.cluster]\nenabled = true\nnodes = ["
                        + servers.stream()
                                .map(node -> "\"redis://127.0.0.1:" + node.port() + "\"")
                                .collect(Collectors.joining(", "))
                        + "]";
        };
    }

    private app.rcommerce.gateway.config.GatewayConfig config(String redis) throws IOException {
        Path file = Files.createTempFile("chaos", ".toml");
        try {
            Files.writeString(file, text(redis));
            return switch (ConfigReader.read(file, name -> null)) {
                case ConfigReader.Result.Loaded loaded -> loaded.config();
                case ConfigReader.Result.Rejected rejected ->
                    throw new IllegalStateException(rejected.problems().toString());
            };
        } finally {
            Files.delete(file);
        }
    }

    private String text(String redis) {
        return """
                [server]
                listen = ["127.0.0.1:0"]
                workers = 2
                trusted_proxies = ["127.0.0.0/8"]
                shutdown_grace = "1s"
                access_log = false
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                cache_type = "Redis"
                [cache.redis]
                %s
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                [limits.local]
                key = "ip"
                rates = ["600/minute"]
                on_store_failure = "local"
                [limits.allow]
                key = "ip"
                rates = ["600/minute"]
                on_store_failure = "allow"
                [limits.deny]
                key = "ip"
                rates = ["600/minute"]
                on_store_failure = "deny"
                [limits.over]
                key = "ip"
                rates = ["20/second"]
                on_store_failure = "local"
                [limits.held]
                key = "ip"
                concurrency = 100
                on_store_failure = "local"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                """.formatted(redis, Token.SECRET, origin.port())
                + route("plain", "auth = \"none\"")
                + route("local", "auth = \"none\"\nlimits = [\"local\"]")
                + route("allow", "auth = \"none\"\nlimits = [\"allow\"]")
                + route("deny", "auth = \"none\"\nlimits = [\"deny\"]")
                + route("over", "auth = \"none\"\nlimits = [\"over\"]")
                + route("held", "auth = \"none\"\nlimits = [\"held\"]")
                + route("token", "auth = \"required\"")
                + route("cached", "auth = \"none\"\ncache = { ttl = \"5m\", shared = true }");
    }

    private static String route(String name, String more) {
        return "[[routes]]\nname = \"%s\"\npath = \"/%s/**\"\nupstream = \"origin\"\n%s\n".formatted(name, name, more);
    }

    /** The server at the index; 0 is the first master, or the only one. */
    RedisProcess server(int index) {
        return servers.get(index);
    }

    List<RedisProcess> servers() {
        return servers;
    }

    /** The proxy between the gateway and a single Redis. */
    FaultyProxy proxy() {
        return proxy;
    }

    int port() {
        return gateway.addresses().getFirst().getPort();
    }

    /** Sends a command about a key to whichever server takes it, past the proxy; null where none does. */
    @Nullable
    Object tell(Object... words) {
        for (RedisProcess server : servers) {
            try {
                return server.send(words);
            } catch (IOException | RespError e) {
                // Another may.
            }
        }
        return null;
    }

    /** Whether the metric stands at 1. */
    boolean isShown(String metric) {
        return number(metric) == 1;
    }

    /** A metric's value; -1 where there is none. */
    double number(String metric) {
        try (InputStream in = URI.create(
                        "http://127.0.0.1:" + gateway.adminAddress().getPort() + "/metrics")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(metric + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    /** The state that the gauge shows. */
    String state() {
        for (String state : List.of("connected", "reconnecting", "failed", "exhausted")) {
            if (isShown("gateway_store_state{state=\"" + state + "\"}")) {
                return state;
            }
        }
        return "unknown";
    }

    @Override
    public void close() {
        gateway.stop();
        proxy.close();
        origin.close();
        servers.forEach(RedisProcess::close);
    }
}
