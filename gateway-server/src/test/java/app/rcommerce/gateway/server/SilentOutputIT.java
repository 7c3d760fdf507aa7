package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody reads what the gateway prints, and its pipe is full. */
class SilentOutputIT {

    @TempDir
    private Path folder;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private Process run(int upstream, int port, int admin) throws IOException {
        Path config = folder.resolve("gateway.toml");
        Files.writeString(config, """
                [server]
                listen = ["127.0.0.1:%d"]
                workers = 1
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:%d"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(port, admin, upstream));
        // Its output goes into a pipe that nobody reads.
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "app.rcommerce.gateway.server.Main",
                        "run",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .start();
    }

    @Test
    void requestsAdminCallsAndTheStopGoOnAllTheSame() throws Exception {
        int port = freePort();
        int admin = freePort();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"))) {
            Process process = run(upstream.port(), port, admin);
            try {
                await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                    try (RawClient client = new RawClient(port)) {
                        return client.get("/").read().status() == 200;
                    }
                });
                // An access line has some 200 bytes, the pipe 64 KB, the queue 8192 lines.
                try (RawClient client = new RawClient(port)) {
                    for (int i = 0; i < 10_000; i++) {
                        assertThat(client.get("/" + i).read().status()).isEqualTo(200);
                    }
                }
                try (RawClient operator = new RawClient(admin)) {
                    for (int i = 0; i < 20; i++) {
                        String json = "{\"subject\":\"key:k" + i + "\",\"for\":\"1h\",\"reason\":\"" + "x".repeat(100)
                                + "\"}";
                        operator.send(
                                "POST /admin/v1/blocks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                        + json.length() + "\r\n\r\n" + json);
                        assertThat(operator.read().status()).isEqualTo(200);
                    }
                    operator.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    assertThat(operator.read().body()).containsPattern("gateway_access_log_dropped_total [1-9]");
                }
                new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                        .start()
                        .waitFor();
                assertThat(process.waitFor(20, TimeUnit.SECONDS))
                        .as("the process has ended")
                        .isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
