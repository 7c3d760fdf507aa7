package app.rcommerce.gateway.server.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A gateway in a process with little memory, before one origin, that serves HTTP/1.1, HTTP/2 in the clear and
 * WebSockets at {@code /ws}: for tests that take its memory.
 */
public final class SmallGateway implements AutoCloseable {

    private final GatewayProcess gateway;
    private final Path config;

    private SmallGateway(GatewayProcess gateway, Path config) {
        this.gateway = gateway;
        this.config = config;
    }

    /**
     * Starts it.
     *
     * @param folder where its configuration is written
     * @param cache what its section {@code [cache]} says; replies are cached where this is not empty
     * @param heap the largest heap, as the JVM reads it
     * @param options further options of the JVM
     */
    public static SmallGateway run(Path folder, RawUpstream upstream, String cache, String heap, String... options)
            throws IOException {
        Path config = folder.resolve("gateway.toml");
        Files.writeString(
                config, """
                [server]
                listen = [{ address = "127.0.0.1:0", h2c = true }]
                workers = 2
                access_log = false
                max_connections_per_address = 0
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                %s
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "30s"
                max_connections = 4000
                [[routes]]
                name = "live"
                path = "/ws"
                upstream = "origin"
                websocket = {}
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                %s
                """.formatted(cache, upstream.port(), cache.isEmpty() ? "" : "cache = { ttl = \"5m\" }"));
        Stream<String> always = Stream.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
        return new SmallGateway(
                GatewayProcess.run(
                        config, Stream.concat(always, Stream.of(options)).toArray(String[]::new)),
                config);
    }

    /** Its configuration. */
    public Path config() {
        return config;
    }

    /** Where it serves; waits until it does. */
    public int port() throws Exception {
        return gateway.port();
    }

    /** What it has printed. */
    public List<String> lines() {
        return gateway.lines();
    }

    /** Whether it has printed a line with these words. */
    public boolean hasSaid(String words) {
        return gateway.lines().stream().anyMatch(line -> line.contains(words));
    }

    /** Whether its process has not ended. */
    public boolean isAlive() {
        return gateway.process().isAlive();
    }

    /** The value of a metric, named with its labels as Prometheus reads it. */
    public double metric(String name) throws Exception {
        try (RawClient admin = new RawClient(gateway.adminPort())) {
            String all = admin.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read()
                    .body();
            String line = "\n" + name + " ";
            int at = all.indexOf(line) + line.length();
            if (at < line.length()) {
                throw new AssertionError("no metric " + name);
            }
            return Double.parseDouble(all.substring(at, all.indexOf('\n', at)));
        }
    }

    /** Waits until twenty clients in a row are served, who ask for something small. */
    public void awaitServed(Duration atMost) {
        await().atMost(atMost).ignoreExceptions().until(() -> {
            for (int i = 0; i < 20; i++) {
                try (RawClient honest = new RawClient(port())) {
                    if (!honest.get("/small" + i).read().body().equals("small")) {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    @Override
    public void close() {
        gateway.close();
    }
}
