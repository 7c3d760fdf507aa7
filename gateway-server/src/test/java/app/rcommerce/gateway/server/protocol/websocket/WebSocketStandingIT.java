package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Open sockets whose caller loses what it was let in by, on another node than the operator asks. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(strings = {"near", "strict"})
class WebSocketStandingIT {

    private final String consistency;
    private RedisServer redis;
    private RawUpstream upstream;
    private final List<TestGateway> gateways = new ArrayList<>();

    WebSocketStandingIT(String consistency) {
        this.consistency = consistency;
    }

    private String config(String more) {
        return """
                [cache]
                cache_type = "Redis"
                consistency = "%s"
                [cache.redis]
                port = %d
                deadline = "2s"
                command_timeout = "2s"
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                [[auth.api_keys]]
                id = "erp"
                sha256 = "%s"
                """.formatted(consistency, redis.port(), Tokens.SECRET, Digests.sha256Hex(Shop.KEY))
                + SocketServer.config(upstream.port(), 2, "max_per_address = 3, max_per_identity = 2")
                        .replace("path = \"/**\"", "path = \"/**\"\nauth = \"optional\"")
                + more;
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(SocketServer::echo);
        for (int i = 0; i < 2; i++) {
            gateways.add(TestGateway.start(config("")));
        }
        gateways.forEach(Shop::awaitStore);
    }

    @AfterEach
    void stop() throws Exception {
        gateways.forEach(TestGateway::close);
        upstream.close();
        redis.close();
    }

    private SocketClient open(int gateway, String... fields) throws Exception {
        SocketClient client = SocketClient.open(gateways.get(gateway).port(), "/ws", fields);
        assertThat(client.text("open").readMessage().text()).isEqualTo("open");
        return client;
    }

    private RawClient.Answer refused(int gateway, String... fields) throws Exception {
        try (RawClient client = gateways.get(gateway).client()) {
            return client.send(SocketClient.handshake("/ws", fields)).read();
        }
    }

    @Test
    void aRevokedTokenEndsItsSockets() throws Exception {
        Nodes.Token token = Nodes.Token.fresh("ana");
        Nodes.Token other = Nodes.Token.fresh("bob");
        try (SocketClient revoked = open(1, token.field());
                SocketClient kept = open(1, other.field())) {
            Shop.admin(gateways.getFirst(), "POST", "revocations", "{\"token\":\"" + token.id() + "\"}");
            assertThat(revoked.readClose()).isEqualTo(4401);
            assertThat(kept.text("still").readMessage().text()).isEqualTo("still");
            Shop.admin(
                    gateways.getFirst(), "POST", "revocations", "{\"subject\":\"user:bob\",\"issued_before\":\"now\"}");
            assertThat(kept.readClose()).isEqualTo(4401);
        }
    }

    @Test
    void aTokenThatExpiresEndsItsSockets() throws Exception {
        long now = System.currentTimeMillis() / 1000;
        String token = Tokens.hs256("{\"sub\":\"eve\",\"jti\":\"" + UUID.randomUUID() + "\",\"iat\":" + (now - 5)
                + ",\"exp\":" + (now + 3) + "}");
        try (SocketClient client = open(1, "Authorization: Bearer " + token)) {
            assertThat(client.readClose()).isEqualTo(4401);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo((now + 3) * 1000);
        }
    }

    @Test
    void whoIsBlockedLosesItsSockets() throws Exception {
        String address = Shop.address();
        Nodes.Token token = Nodes.Token.fresh("dan");
        try (SocketClient byAddress = open(1, Shop.from(address));
                SocketClient byRange = open(1, Shop.from("203.0.113.77"));
                SocketClient byKey = open(1, Shop.from(Shop.address()), "X-API-Key: " + Shop.KEY);
                SocketClient byUser = open(1, Shop.from(Shop.address()), token.field());
                SocketClient kept = open(1, Shop.from(Shop.address()))) {
            for (String subject : List.of("ip:" + address, "ip:203.0.113.0/24", "key:erp", "user:dan")) {
                Shop.admin(gateways.getFirst(), "POST", "blocks", "{\"subject\":\"" + subject + "\",\"for\":\"1h\"}");
            }
            assertThat(byAddress.readClose()).isEqualTo(4403);
            assertThat(byRange.readClose()).isEqualTo(4403);
            assertThat(byKey.readClose()).isEqualTo(4403);
            assertThat(byUser.readClose()).isEqualTo(4403);
            assertThat(kept.text("still").readMessage().text()).isEqualTo("still");
        }
    }

    @Test
    void whatAReloadTakesAwayEndsSockets() throws Exception {
        try (SocketClient blocked = open(1, Shop.from("203.0.113.9"));
                SocketClient key = open(1, Shop.from(Shop.address()), "X-API-Key: " + Shop.KEY);
                SocketClient kept = open(1, Shop.from(Shop.address()))) {
            gateways.get(1)
                    .gateway()
                    .reload(TestGateway.config(config("[access]\nblock = [\"ip:203.0.113.9\"]\n")
                            .replace("id = \"erp\"", "id = \"crm\"")));
            assertThat(blocked.readClose()).isEqualTo(4403);
            assertThat(key.readClose()).isEqualTo(4401);
            assertThat(kept.text("still").readMessage().text()).isEqualTo("still");
        }
    }

    @Test
    void socketsOfAnAddressAreCountedOverAllNodes() throws Exception {
        String address = Shop.from(Shop.address());
        try (SocketClient one = open(0, address);
                SocketClient two = open(1, address);
                SocketClient three = open(1, address)) {
            RawClient.Answer full = refused(0, address);
            assertThat(full.status()).isEqualTo(429);
            assertThat(full.field("retry-after")).isEqualTo("10");
            assertThat(full.body()).contains("\"WEBSOCKET_LIMIT_EXCEEDED\"");
            assertThat(refused(1, address).status()).isEqualTo(429);
            try (SocketClient other = open(0, Shop.from(Shop.address()))) {
                assertThat(other.text("x").readMessage().text()).isEqualTo("x");
            }
            two.close();
            Awaitility.await().until(() -> {
                try (SocketClient again = open(0, address)) {
                    return again != null;
                } catch (java.io.IOException e) {
                    return false;
                }
            });
            assertThat(one.text("a").readMessage().text()).isEqualTo("a");
            assertThat(three.text("b").readMessage().text()).isEqualTo("b");
        }
    }

    @Test
    void socketsOfAnIdentityAreCountedOverAllNodesForAsLongAsTheyLive() throws Exception {
        Nodes.Token token = Nodes.Token.fresh("fay");
        try (SocketClient one = open(0, Shop.from(Shop.address()), token.field());
                SocketClient two = open(1, Shop.from(Shop.address()), token.field())) {
            // Longer than a place lives in the ledger unless it is renewed.
            Awaitility.await()
                    .during(java.time.Duration.ofSeconds(12))
                    .atMost(java.time.Duration.ofSeconds(20))
                    .pollInterval(java.time.Duration.ofSeconds(1))
                    .until(() ->
                            refused(0, Shop.from(Shop.address()), token.field()).status() == 429
                                    && refused(1, Shop.from(Shop.address()), token.field())
                                                    .status()
                                            == 429);
            assertThat(one.text("a").readMessage().text()).isEqualTo("a");
            assertThat(two.text("b").readMessage().text()).isEqualTo("b");
        }
    }

    @Test
    void whileRedisIsAwayOpenSocketsLiveOnAndANodeHasItsShare() throws Exception {
        String address = Shop.from(Shop.address());
        try (SocketClient open = open(1, Shop.from(Shop.address()))) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(gateways.get(1)
                                    .gateway()
                                    .metrics()
                                    .scrape("")
                                    .text())
                            .contains("\ngateway_store_nodes 2.0"));
            redis.close();
            assertThat(open.text("still").readMessage().text()).isEqualTo("still");
            try (SocketClient first = open(1, address)) {
                // 3 of 2 nodes together are 1 of each.
                Awaitility.await()
                        .untilAsserted(
                                () -> assertThat(refused(1, address).status()).isEqualTo(429));
                assertThat(first.text("a").readMessage().text()).isEqualTo("a");
            }
            assertThat(open.text("still").readMessage().text()).isEqualTo("still");
        }
    }
}
