package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.awaitStore;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that start while Redis is away, and what they take of a quota of 60 an hour. */
@Tag("redis")
@ExtendWith(Leaks.class)
class NodesRememberedIT {

    @TempDir
    private Path folder;

    private RedisServer redis;
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(x -> x.ok("ok"));
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
        redis.close();
    }

    private TestGateway node(String name, String more) throws Exception {
        String config = Toml.node(1)
                + Toml.redis(redis.port(), more, "")
                + Toml.upstream(upstream.port())
                + Toml.route("all", "/**", "a")
                + """
                [limits.a]
                key = "ip"
                rates = ["60/hour"]
                """;
        return TestGateway.start(Files.writeString(folder.resolve(name), config));
    }

    private static void sees(TestGateway node, int nodes) {
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(admin(node, "GET", "status", "")).contains("\"nodes\":" + nodes));
    }

    private static int admits(TestGateway node) throws Exception {
        int admitted = 0;
        try (RawClient client = node.client()) {
            for (int i = 0; i < 40; i++) {
                admitted += client.get("/x", from("198.51.100.9")).read().status() == 200 ? 1 : 0;
            }
        }
        return admitted;
    }

    @Test
    void aNodeThatStartsWithoutRedisKnowsHowManyThereWere() throws Exception {
        try (TestGateway other = node("other.toml", "")) {
            try (TestGateway node = node("node.toml", "")) {
                awaitStore(other);
                awaitStore(node);
                sees(node, 2);
                Awaitility.await()
                        .untilAsserted(() ->
                                assertThat(folder.resolve("node.toml.nodes")).hasContent("2"));
            }
            redis.kill();
            try (TestGateway again = node("node.toml", "")) {
                sees(again, 2);
                assertThat(admits(again)).as("half of this node's half").isEqualTo(15);
            }
        }
    }

    @Test
    void theConfigurationSaysHowManyThereAreAtLeast() throws Exception {
        redis.kill();
        try (TestGateway node = node("node.toml", "nodes_at_least = 3\nnodes_file = \"none\"")) {
            sees(node, 3);
            assertThat(admits(node)).as("half of this node's third").isEqualTo(10);
        }
        assertThat(folder.resolve("node.toml.nodes")).doesNotExist();
    }
}
