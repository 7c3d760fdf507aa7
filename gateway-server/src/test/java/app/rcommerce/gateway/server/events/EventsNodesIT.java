package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What crosses nodes beside messages: tickets, and who is there. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
class EventsNodesIT {

    private RedisServer redis;
    private TestGateway one;
    private TestGateway two;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        one = node();
        two = node();
        Shop.awaitStore(one);
        Shop.awaitStore(two);
    }

    private TestGateway node() throws Exception {
        return TestGateway.start(
                """
                [cache]
                cache_type = "Redis"
                [cache.redis]
                port = %d
                deadline = "2s"
                command_timeout = "2s"
                """.formatted(redis.port()) + EventsFixture.config(2, "websocket = { max_per_identity = 1 }"));
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        redis.close();
    }

    @Test
    void aTicketOfOneNodeLetsInOnceOnAnother() throws Exception {
        String ticket;
        try (RawClient client = one.client()) {
            ticket = client.send("POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
                            + Nodes.Token.fresh("ana").field() + "\r\n\r\n")
                    .read()
                    .body()
                    .substring(11, 54);
        }
        try (SocketClient client = SocketClient.open(two.port(), "/events?topic=orders:ana&ticket=" + ticket)) {
            assertThat(client.readMessage().text()).contains("\"subscribed\":\"orders:ana\"");
            // It is counted as the user's.
            try (RawClient again = one.client()) {
                assertThat(again.get(
                                        "/events?topic=news",
                                        Nodes.Token.fresh("ana").field())
                                .read()
                                .status())
                        .isEqualTo(429);
            }
        }
        for (TestGateway node : new TestGateway[] {one, two}) {
            try (RawClient client = node.client()) {
                assertThat(client.send(SocketClient.handshake("/events?ticket=" + ticket))
                                .read()
                                .status())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void thoseOfAllNodesAreThere() throws Exception {
        try (SocketClient ana = SocketClient.open(
                        one.port(),
                        "/events?topic=room",
                        Nodes.Token.fresh("ana").field());
                SocketClient bob = SocketClient.open(
                        two.port(),
                        "/events?topic=room",
                        Nodes.Token.fresh("bob").field());
                EventClient nobody = EventClient.open(two.port(), "topic=room")) {
            ana.readMessage();
            bob.readMessage();
            nobody.block();
            Awaitility.await().untilAsserted(() -> {
                String there = ana.text("{\"presence\":\"room\"}").readMessage().text();
                assertThat(there).contains("user:ana").contains("user:bob").endsWith("\"others\":1}");
            });
            assertThat(Shop.admin(one, "GET", "topics/room", ""))
                    .contains("user:bob")
                    .contains("\"others\":1");
            bob.close();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(ana.text("{\"presence\":\"room\"}")
                                    .readMessage()
                                    .text())
                            .doesNotContain("user:bob"));
        }
    }

    @Test
    void whileTheStoreIsAwayTicketsAreRefusedAndSocketsStay() throws Exception {
        try (SocketClient client = SocketClient.open(one.port(), "/events?topic=news")) {
            client.readMessage();
            redis.kill();
            Awaitility.await().untilAsserted(() -> {
                try (RawClient asking = one.client()) {
                    assertThat(asking.get("/events?topic=news&ticket=" + "x".repeat(43))
                                    .read()
                                    .status())
                            .isEqualTo(503);
                }
            });
            assertThat(client.text("{\"unsubscribe\":\"news\"}").readMessage().text())
                    .contains("unsubscribed");
        }
    }
}
