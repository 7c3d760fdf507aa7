package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The gateway as a process: memory, signals, reloads, refusals to start. */
class RunIT {

    private static final long GIGABYTE = 1L << 30;

    @TempDir
    private Path folder;

    private Path config(int upstreamPort, String listen, String more) throws IOException {
        return Files.writeString(folder.resolve("gateway.toml"), """
                [server]
                listen = ["%s"]
                max_request_body = "2GB"
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(listen, more, upstreamPort));
    }

    @Test
    void aGigabytePassesEitherWayThroughSixtyFourMegabytes() throws Exception {
        byte[] piece = new byte[1 << 16];
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().startsWith("POST")) {
                        long left = Long.parseLong(x.field("content-length"));
                        byte[] buffer = new byte[1 << 16];
                        while (left > 0) {
                            int read = x.in().read(buffer);
                            if (read < 0) {
                                return;
                            }
                            left -= read;
                            if (left % 97 == 0) {
                                // An origin that stutters makes back-pressure felt.
                                Thread.sleep(1);
                            }
                        }
                        x.ok("all of it");
                    } else {
                        x.send("HTTP/1.1 200 OK\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
                        for (long sent = 0; sent < GIGABYTE; sent += piece.length) {
                            x.out().write(piece);
                        }
                    }
                });
                GatewayProcess gateway = GatewayProcess.run(
                        config(upstream.port(), "127.0.0.1:0", ""),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError")) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.socket().setSoTimeout(60_000);
                client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
                OutputStream out = client.socket().getOutputStream();
                for (long sent = 0; sent < GIGABYTE; sent += piece.length) {
                    out.write(piece);
                }
                assertThat(client.read().body()).isEqualTo("all of it");
            }
            try (RawClient client = new RawClient(gateway.port())) {
                client.get("/down");
                Thread.sleep(300);
                InputStream in = client.stream();
                long received = 0;
                byte[] buffer = new byte[1 << 16];
                while (received < GIGABYTE) {
                    int read = in.read(buffer);
                    assertThat(read).as("after %d bytes", received).isPositive();
                    received += read;
                }
            }
            assertThat(gateway.process().isAlive()).isTrue();
        }
    }

    @Test
    void aTermSignalLetsTheRequestUnderWayEnd() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    Thread.sleep(700);
                    x.ok("in time");
                });
                GatewayProcess gateway = GatewayProcess.run(config(upstream.port(), "127.0.0.1:0", ""));
                RawClient client = new RawClient(gateway.port())) {
            client.get("/");
            await().until(() -> upstream.heads().size() == 1);
            gateway.signal("TERM");
            assertThat(client.read().body()).isEqualTo("in time");
            assertThat(gateway.exitCode()).isZero();
            await().untilAsserted(() -> assertThat(String.join("\n", gateway.lines()))
                    .contains("stopping")
                    .contains("stopped"));
        }
    }

    @Test
    void aRequestThatGoesOnIsCutOffAfterTheGrace() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> end.await());
                GatewayProcess gateway =
                        GatewayProcess.run(config(upstream.port(), "127.0.0.1:0", "shutdown_grace = \"300ms\""));
                RawClient client = new RawClient(gateway.port())) {
            client.get("/");
            await().until(() -> upstream.heads().size() == 1);
            gateway.signal("TERM");
            assertThat(gateway.exitCode()).isZero();
            assertThat(client.isEnded()).isTrue();
            end.countDown();
        }
    }

    @Test
    void whatWaitsForTheNextStartIsSaid() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("same"));
                GatewayProcess gateway = GatewayProcess.run(config(upstream.port(), "127.0.0.1:0", ""));
                RawClient client = new RawClient(gateway.port())) {
            config(upstream.port(), "127.0.0.1:0", "workers = 1");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> gateway.lines().stream()
                            .anyMatch(line -> line.contains("pending restart: server.workers (runs 0, file says 1)")));
            assertThat(client.get("/").read().body()).isEqualTo("same");
        }
    }

    @Test
    void aChangedFileAndAHangupReloadAndABadFileDoesNot() throws Exception {
        try (RawUpstream first = new RawUpstream(x -> x.ok("first"));
                RawUpstream second = new RawUpstream(x -> x.ok("second"));
                GatewayProcess gateway = GatewayProcess.run(config(first.port(), "127.0.0.1:0", ""));
                RawClient client = new RawClient(gateway.port())) {
            assertThat(client.get("/").read().body()).isEqualTo("first");

            config(second.port(), "127.0.0.1:0", "");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> client.get("/").read().body().equals("second"));

            config(first.port(), "127.0.0.1:0", "idle_timeout = \"soon\"");
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            gateway.lines().stream().anyMatch(line -> line.contains("server.idle_timeout: \"soon\"")));
            assertThat(client.get("/").read().body()).isEqualTo("second");

            config(first.port(), "127.0.0.1:0", "");
            gateway.signal("HUP");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> client.get("/").read().body().equals("first"));
        }
    }

    @Test
    void asJsonEveryLineOfTheProcessIsAnObject() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("same"));
                GatewayProcess gateway =
                        GatewayProcess.run(config(upstream.port(), "127.0.0.1:0", "log_format = \"json\""));
                RawClient client = new RawClient(gateway.port())) {
            assertThat(client.get("/json").read().status()).isEqualTo(200);
            config(upstream.port(), "127.0.0.1:0", "log_format = \"json\"\nworkers = -1");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> gateway.lines().stream().anyMatch(line -> line.contains("server.workers: -1"))
                            && gateway.lines().stream().anyMatch(line -> line.contains("\"path\":\"/json\"")));
            assertThat(gateway.lines())
                    .allSatisfy(line -> assertThat(
                                    JsonMapper.builder().build().readTree(line).isObject())
                            .isTrue());
        }
    }

    @Test
    void asTextAccessLinesHaveTheCombinedFormatAndAReloadChangesIt() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("same"));
                GatewayProcess gateway =
                        GatewayProcess.run(config(upstream.port(), "127.0.0.1:0", "log_format = \"text\""));
                RawClient client = new RawClient(gateway.port())) {
            assertThat(client.get("/text").read().status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            gateway.lines().stream().anyMatch(line -> line.contains("\"GET /text HTTP/1.1\" 200 ")));
            config(upstream.port(), "127.0.0.1:0", "log_format = \"json\"");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> gateway.lines().getLast().contains("the configuration was reloaded"));
            assertThat(gateway.lines().getLast()).startsWith("{\"time\":");
        }
    }

    @Test
    void aTakenPortIsNamedAtOnce() throws Exception {
        String delay = "shutdown_delay = \"1m\"";
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"));
                GatewayProcess gateway = GatewayProcess.run(config(1, "127.0.0.1:" + taken.getLocalPort(), delay))) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(String.join("\n", gateway.lines()))
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void aBadConfigurationIsRefusedWithEveryProblem() throws Exception {
        Path file = config(1, "nonsense", "workers = \"two\"");
        try (GatewayProcess gateway = GatewayProcess.run(file)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(String.join("\n", gateway.lines()))
                    .contains("gateway.toml:2:", "server.listen[0]: \"nonsense\"", "server.workers: \"two\"");
        }
    }
}
