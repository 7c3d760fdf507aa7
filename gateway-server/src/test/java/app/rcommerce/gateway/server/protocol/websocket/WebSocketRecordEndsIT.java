package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the records of sockets when nodes and Redis end. */
@Tag("redis")
@Timeout(90)
@ExtendWith(Leaks.class)
class WebSocketRecordEndsIT {

    @TempDir
    private Path folder;

    private RedisServer redis;
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(SocketServer::echo);
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
        redis.close();
    }

    private String toml(String ttl, String form) {
        return """
                [cache]
                cache_type = "Redis"
                websocket_records = "%s"
                [cache.redis]
                port = %d
                deadline = "2s"
                command_timeout = "2s"
                [cache.redis.ttl]
                session = %s
                """.formatted(form, redis.port(), ttl) + SocketServer.config(upstream.port(), 2, "");
    }

    private static RawClient.Answer open(RawClient raw, String... fields) throws Exception {
        RawClient.Answer answer =
                raw.send(SocketClient.handshake("/ws", fields)).read();
        assertThat(answer.status()).isEqualTo(101);
        return answer;
    }

    private static String id(RawClient.Answer answer) {
        return Objects.requireNonNull(answer.field("x-websocket-session"));
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(assertion);
    }

    private List<?> keys() throws Exception {
        return (List<?>) redis.send("KEYS", "ws:*");
    }

    @Test
    void theRecordsOfANodeThatIsKilledEndByThemselvesAndMayBeContinuedUntilThen() throws Exception {
        Path config = Files.writeString(folder.resolve("gateway.toml"), toml("4", "hash"));
        try (GatewayProcess dies = GatewayProcess.run(config);
                TestGateway lives = TestGateway.start(toml("4", "hash"));
                RawClient one = new RawClient(dies.port());
                RawClient two = new RawClient(dies.port())) {
            Shop.awaitStore(lives);
            String continued = id(open(one));
            String left = id(open(two));
            soon(() -> assertThat(keys()).hasSize(2));
            dies.signal("KILL");
            dies.exitCode();
            try (RawClient back = new RawClient(lives.port())) {
                assertThat(id(open(back, "X-WebSocket-Session: " + continued))).isEqualTo(continued);
                soon(() ->
                        assertThat(redis.send("EXISTS", "ws:session:" + left)).isEqualTo(0L));
                assertThat((Long) redis.send("PTTL", "ws:session:" + continued))
                        .as("a silent socket's record is renewed")
                        .isPositive();
            }
        }
    }

    @Test
    void aNodeThatStopsLeavesTheRecordsOfItsSocketsToWhoeverComesBack() throws Exception {
        String id;
        try (TestGateway stops = TestGateway.start(toml("600", "hash"))) {
            Shop.awaitStore(stops);
            try (RawClient raw = stops.client()) {
                id = id(open(raw));
                soon(() -> assertThat(keys()).hasSize(1));
                Thread stopping = Thread.ofPlatform().start(stops::close);
                assertThat(new SocketClient(raw).readClose()).isEqualTo(1001);
                stopping.join();
            }
        }
        assertThat(redis.send("HGET", "ws:session:" + id, "node")).isEqualTo("");
        try (TestGateway next = TestGateway.start(toml("600", "hash"))) {
            Shop.awaitStore(next);
            try (RawClient raw = next.client()) {
                assertThat(id(open(raw, "X-WebSocket-Session: " + id))).isEqualTo(id);
            }
        }
    }

    @Test
    void aRedisThatComesBackEmptyBeforeAnybodyNoticesIsWrittenToAgain() throws Exception {
        try (TestGateway gateway = TestGateway.start(toml("3600", "json"))) {
            Shop.awaitStore(gateway);
            try (RawClient raw = gateway.client()) {
                String id = id(open(raw));
                soon(() -> assertThat(keys()).hasSize(2));
                redis.kill();
                redis.start();
                soon(() ->
                        assertThat((Long) redis.send("TTL", "ws:session/" + id)).isPositive());
                soon(() -> assertThat(keys()).hasSize(2));
            }
        }
    }

    @Test
    void aUserThatMayNotWriteRecordsHarmsNoSocket() throws Exception {
        try (TestGateway gateway = TestGateway.start(toml("3600", "hash"))) {
            Shop.awaitStore(gateway);
            redis.send("ACL", "SETUSER", "default", "resetkeys", "~rate:*", "~rcommerce:*", "~token:*", "~test*");
            try (RawClient raw = gateway.client()) {
                String id = id(open(raw));
                SocketClient client = new SocketClient(raw);
                assertThat(client.text("open").readMessage().text()).isEqualTo("open");
                soon(() -> assertThat(gateway.gateway().metrics().scrape("").text())
                        .containsPattern("gateway_websocket_records_total\\{result=\"failed\"} [1-9]"));
                redis.send("ACL", "SETUSER", "default", "~*");
                soon(() ->
                        assertThat((Long) redis.send("TTL", "ws:session:" + id)).isPositive());
                assertThat(client.text("still").readMessage().text()).isEqualTo("still");
            }
        }
    }

    @Test
    void withoutRecordsNothingIsToldOrWritten() throws Exception {
        try (TestGateway gateway = TestGateway.start(toml("3600", "none"))) {
            Shop.awaitStore(gateway);
            try (RawClient raw = gateway.client()) {
                assertThat(open(raw).field("x-websocket-session")).isNull();
                assertThat(Shop.admin(gateway, "GET", "sockets", "")).contains("\"sockets\":[]");
                assertThat(keys()).isEmpty();
            }
        }
    }

    @Test
    void withTheMemoryStoreItIsTheSameOnOneNode() throws Exception {
        try (TestGateway gateway = TestGateway.start(SocketServer.config(upstream.port(), 2, ""))) {
            String id;
            try (RawClient raw = gateway.client()) {
                id = id(open(raw));
                assertThat(Shop.admin(gateway, "GET", "sockets/" + id, "")).contains("\"node\"", "127.0.0.1");
            }
            soon(() ->
                    assertThat(Shop.admin(gateway, "GET", "sockets/" + id, "")).doesNotContain("\"node\""));
            try (RawClient raw = gateway.client()) {
                assertThat(id(open(raw, "X-WebSocket-Session: " + id))).isEqualTo(id);
                assertThat(Shop.admin(gateway, "POST", "sockets/close", "{\"session\":\"" + id + "\"}"))
                        .contains("\"closing\":1");
                assertThat(new SocketClient(raw).readClose()).isEqualTo(1008);
            }
            soon(() -> assertThat(Shop.admin(gateway, "GET", "sockets", "")).contains("\"sockets\":[]"));
        }
    }
}
