package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that may open few files, and clients that want more. */
@ParameterizedClass
@ValueSource(strings = {"auto", "epoll", "nio"})
class DescriptorsIT {

    private static final int FILES = 260;

    private final String transport;

    @TempDir
    private Path folder;

    DescriptorsIT(String transport) {
        this.transport = transport;
    }

    private GatewayProcess run(RawUpstream upstream, String server) throws Exception {
        Path config = folder.resolve("gateway.toml");
        Files.writeString(config, """
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                transport = "%s"
                access_log = false
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                connect_timeout = "1s"
                max_connections = 8
                max_connection_requests = 1
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(transport, server, upstream.port()));
        return GatewayProcess.runWithin(FILES, config);
    }

    private static void closeAll(List<RawClient> clients) throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
    }

    /** Whatever is configured: each client may need a connection to an upstream as well. */
    @Test
    void moreClientsThanTheFilesAllowAreNotAcceptedAndThoseThatAreAreServed() throws Exception {
        List<RawClient> idle = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                GatewayProcess gateway = run(upstream, "max_connections = 100000");
                RawClient honest = new RawClient(gateway.port())) {
            assertThat(honest.get("/").read().status()).isEqualTo(200);
            assertThat(gateway.lines())
                    .anyMatch(line -> line.contains("server.max_connections: 100000 clients may need more than the 260"
                            + " files that the process may open: 55 are accepted"));
            for (int i = 0; i < FILES; i++) {
                idle.add(new RawClient(gateway.port()));
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.lines().stream().anyMatch(line -> line.contains("55 clients are connected")));
            for (int i = 0; i < 20; i++) {
                assertThat(honest.get("/" + i).read().status()).isEqualTo(200);
            }
            closeAll(idle);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                try (RawClient next = new RawClient(gateway.port())) {
                    assertThat(next.get("/").read().status()).isEqualTo(200);
                }
            });
            assertThat(gateway.lines()).hasSizeLessThan(100);
        } finally {
            closeAll(idle);
        }
    }

    @Test
    void asManyClientsAreAcceptedAsTheLimitOfOpenFilesAllows() throws Exception {
        List<RawClient> idle = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                GatewayProcess gateway = run(upstream, "");
                RawClient honest = new RawClient(gateway.port())) {
            await().until(() -> gateway.lines().stream().anyMatch(line -> line.contains("at most 55 clients at once")));
            // As a pause of the process would have it: all of them are there when it comes to accept them.
            gateway.signal("STOP");
            for (int i = 0; i < 2 * FILES; i++) {
                idle.add(new RawClient(gateway.port()));
            }
            gateway.signal("CONT");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.lines().stream().anyMatch(line -> line.contains("55 clients are connected")));
            for (int i = 0; i < 20; i++) {
                assertThat(honest.get("/" + i).read().status()).isEqualTo(200);
            }
            closeAll(idle);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                try (RawClient next = new RawClient(gateway.port())) {
                    assertThat(next.get("/").read().status()).isEqualTo(200);
                }
            });
            assertThat(gateway.lines())
                    .noneMatch(line -> line.contains("no client can be accepted"))
                    .hasSizeLessThan(100);
        } finally {
            closeAll(idle);
        }
    }
}
