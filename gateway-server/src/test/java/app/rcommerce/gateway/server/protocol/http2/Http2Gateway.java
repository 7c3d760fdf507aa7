package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gateways for tests that speak HTTP/2. */
public final class Http2Gateway {

    private static final Path SAMPLES = Path.of("../gateway-core/src/test/resources/config/good/tls");

    private Http2Gateway() {}

    private static final String SMALL = """
            [[routes]]
            name = "fixed"
            path = "/"
            respond = { status = 200, body = "hello" }
            [[routes]]
            name = "empty"
            path = "/empty"
            respond = { status = 204 }
            """;

    /** One that answers by itself, with so many event loops and some more of {@code [server]}. */
    public static TestGateway answering(int workers, String more) throws IOException {
        return TestGateway.start("""
                [server]
                listen = [{ address = "127.0.0.1:0", h2c = true }]
                workers = %d
                shutdown_grace = "5s"
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                """.formatted(workers, more) + SMALL);
    }

    /** One that forwards everything, by TLS. */
    static TestGateway byTlsTo(int upstreamPort, Path folder) throws IOException {
        return byTlsTo(upstreamPort, folder, "");
    }

    /** The same with some more of {@code [server]}. */
    static TestGateway byTlsTo(int upstreamPort, Path folder, String more) throws IOException {
        Path file = Files.writeString(folder.resolve("tls.toml"), """
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }]
                workers = 1
                shutdown_grace = "5s"
                [server.tls]
                certificates = [{ cert = "%1$s/shop.pem", key = "%1$s/shop.key" }]
                %3$s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%2$d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(
                        SAMPLES.toAbsolutePath().normalize(), upstreamPort, more));
        return TestGateway.start(file);
    }

    /** One that forwards everything, with so many event loops and some more of {@code [server]}. */
    public static TestGateway forwardingTo(int upstreamPort, int workers, String more) throws IOException {
        return TestGateway.start(forwarding(upstreamPort, workers, more));
    }

    /** The configuration of one that forwards everything. */
    static String forwarding(int upstreamPort, int workers, String more) {
        return """
                [server]
                listen = [{ address = "127.0.0.1:0", h2c = true }]
                workers = %d
                shutdown_grace = "5s"
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "2s"
                connect_timeout = "1s"
                max_connections = 5000
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(workers, more, upstreamPort);
    }

    /** The value of a metric of this gateway, by its name and labels. */
    static double metric(TestGateway gateway, String name) {
        return gateway.gateway()
                .metrics()
                .scrape("")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }
}
