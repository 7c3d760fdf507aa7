package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.token.Tokens;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How browsers show who they are, and what becomes of a token that ends. */
@Timeout(60)
@ExtendWith(Leaks.class)
class TicketIT {

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(EventsFixture.config(2, "")
                .replace("[auth.jwt]", "[auth.jwt]\ncookie = \"access_token\"\nclock_skew = \"0s\""));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static String compact(String field) {
        return field.substring(field.lastIndexOf(' ') + 1);
    }

    private static String endingIn(String user, int seconds) {
        long now = Instant.now().getEpochSecond();
        return Tokens.hs256("{\"sub\":\"" + user + "\",\"token_type\":\"access\",\"iat\":" + (now - 1) + ",\"exp\":"
                + (now + seconds) + "}");
    }

    private RawClient.Answer ask(String request) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.send(request).read();
        }
    }

    private String ticket(String field) throws Exception {
        RawClient.Answer answer =
                ask("POST /events HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n" + field + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).matches("\\{\"ticket\":\"[A-Za-z0-9_-]{43}\",\"expires_in\":30}");
        return answer.body().substring(11, 54);
    }

    private static String say(SocketClient client, String message) throws Exception {
        return client.text(message).readMessage().text();
    }

    @Test
    void aTicketLetsInOnce() throws Exception {
        String ana = Nodes.Token.fresh("ana").field();
        String ticket = ticket(ana);
        try (SocketClient client = SocketClient.open(gateway.port(), "/events?topic=orders:ana&ticket=" + ticket)) {
            assertThat(client.readMessage().text()).contains("\"subscribed\":\"orders:ana\"");
        }
        RawClient.Answer again = ask(SocketClient.handshake("/events?topic=orders:ana&ticket=" + ticket));
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.body()).contains("\"TICKET_INVALID\"");
        try (EventClient client = EventClient.open(gateway.port(), "topic=orders:ana&ticket=" + ticket(ana))) {
            assertThat(client.block().id()).isNotEmpty();
        }
        assertThat(ask("GET /events?topic=news&ticket=short HTTP/1.1\r\nHost: a\r\n\r\n")
                        .status())
                .isEqualTo(401);
        assertThat(ask("POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                        .status())
                .isEqualTo(401);
        assertThat(gateway.finished()).noneMatch(one -> one.toString().contains(ticket));
    }

    @Test
    void nobodyHoardsTickets() throws Exception {
        String ana = Nodes.Token.fresh("ana").field();
        String last = "";
        for (int i = 0; i < EntryTicketStore.MOST_OF_ONE; i++) {
            last = ticket(ana);
        }
        String request = "POST /events HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n";
        RawClient.Answer refused = ask(request + Nodes.Token.fresh("ana").field() + "\r\n\r\n");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).contains("\"TOO_MANY_TICKETS\"");
        assertThat(refused.field("retry-after")).isEqualTo("30");
        assertThat(ticket(Nodes.Token.fresh("bob").field())).isNotEmpty();
        SocketClient.open(gateway.port(), "/events?ticket=" + last).close();
        assertThat(ticket(ana)).isNotEmpty();
    }

    @Test
    void aTicketIsNotGoodForAnotherOne() throws Exception {
        String first = ticket(Nodes.Token.fresh("ana").field());
        RawClient.Answer answer =
                ask("POST /events?ticket=" + first + " HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("\"ticket\":");
    }

    @Test
    void aTokenComesAsASubprotocolThatIsNotRepeated() throws Exception {
        String token = compact(Nodes.Token.fresh("ana").field());
        try (RawClient raw = gateway.client()) {
            raw.send(SocketClient.handshake(
                    "/events?topic=orders:ana", "Sec-WebSocket-Protocol: bearer." + token + ", rcommerce.v1"));
            RawClient.Answer answer = raw.read();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("sec-websocket-protocol")).isEqualTo("rcommerce.v1");
            assertThat(new SocketClient(raw).readMessage().text()).contains("\"subscribed\":\"orders:ana\"");
        }
        try (RawClient raw = gateway.client()) {
            raw.send(SocketClient.handshake("/events", "Sec-WebSocket-Protocol: bearer." + token));
            RawClient.Answer answer = raw.read();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("sec-websocket-protocol")).isNull();
        }
        assertThat(ask(SocketClient.handshake("/events", "Sec-WebSocket-Protocol: bearer." + token + "x"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aCookieIsTakenFromPagesOfItsOwnOrigin() throws Exception {
        String cookie =
                "Cookie: a=b; access_token=" + compact(Nodes.Token.fresh("ana").field());
        String own = "Origin: http://shop.test";
        try (SocketClient client = SocketClient.open(gateway.port(), "/events?topic=orders:ana", cookie, own)) {
            assertThat(client.readMessage().text()).contains("\"subscribed\"");
        }
        try (EventClient client = EventClient.open(gateway.port(), "topic=orders:ana", cookie)) {
            assertThat(client.block().id()).isNotEmpty();
        }
        assertThat(ask(SocketClient.handshake("/events", cookie, "Origin: http://evil.test"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aFirstMessageSaysWhoTheClientIs() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            assertThat(say(client, "{\"subscribe\":\"orders:ana\"}")).contains("\"UNAUTHORIZED\"");
            assertThat(say(client, "{\"token\":\"a.b.c\"}"))
                    .contains("\"error\"")
                    .doesNotContain("a.b.c");
            assertThat(say(client, "{\"token\":\"" + endingIn("ana", 500) + "\"}"))
                    .startsWith("{\"token\":\"accepted\",\"in\":49");
            assertThat(say(client, "{\"subscribe\":\"orders:ana\"}")).contains("\"subscribed\"");
            assertThat(say(client, "{\"token\":\"" + endingIn("bob", 500) + "\"}"))
                    .contains("\"FORBIDDEN\"");
            assertThat(say(client, "{\"subscribe\":\"orders:bob\"}")).contains("\"FORBIDDEN\"");
        }
    }

    @Test
    void aTokenThatEndsIsAskedForAndRenewed() throws Exception {
        try (SocketClient client =
                        SocketClient.open(gateway.port(), "/events", "Authorization: Bearer " + endingIn("ana", 4));
                SocketClient silent =
                        SocketClient.open(gateway.port(), "/events", "Authorization: Bearer " + endingIn("ana", 4));
                EventClient stream =
                        EventClient.open(gateway.port(), "topic=news", "Authorization: Bearer " + endingIn("ana", 4))) {
            assertThat(client.readMessage().text()).matches("\\{\"token\":\"expiring\",\"in\":[12]}");
            assertThat(say(client, "{\"token\":\"" + endingIn("ana", 500) + "\"}"))
                    .contains("\"accepted\"");
            assertThat(silent.readClose()).isEqualTo(4401);
            assertThat(stream.next().event()).isEqualTo("token");
            assertThat(stream.raw().isEnded()).isTrue();
            assertThat(say(client, "{\"subscribe\":\"orders:ana\"}")).contains("\"subscribed\"");
        }
    }

    @Test
    void whoIsRevokedOrBlockedLosesItsPlace() throws Exception {
        Nodes.Token ana = Nodes.Token.fresh("ana");
        Nodes.Token bob = Nodes.Token.fresh("bob");
        try (SocketClient revoked = SocketClient.open(gateway.port(), "/events", ana.field());
                SocketClient blocked = SocketClient.open(gateway.port(), "/events", bob.field());
                EventClient stream = EventClient.open(gateway.port(), "topic=news", bob.field())) {
            Shop.admin(gateway, "POST", "revocations", "{\"token\":\"" + ana.id() + "\"}");
            Shop.admin(gateway, "POST", "blocks", "{\"subject\":\"user:bob\"}");
            assertThat(revoked.readClose()).isEqualTo(4401);
            assertThat(blocked.readClose()).isEqualTo(4403);
            stream.block();
            assertThat(stream.raw().isEnded()).isTrue();
        }
    }

    @Test
    void subscribersAreToldWhoIsThere() throws Exception {
        try (SocketClient one = SocketClient.open(
                        gateway.port(),
                        "/events?topic=room",
                        Nodes.Token.fresh("ana").field());
                SocketClient two = SocketClient.open(gateway.port(), "/events?topic=room&topic=news")) {
            one.readMessage();
            two.readMessage();
            two.readMessage();
            Awaitility.await()
                    .until(() -> say(one, "{\"presence\":\"room\"}")
                            .equals("{\"presence\":\"room\",\"who\":[\"user:ana\"],\"others\":1}"));
            assertThat(say(two, "{\"presence\":\"news\"}")).contains("\"NOT_SUPPORTED\"");
            assertThat(say(two, "{\"presence\":\"prices\"}")).contains("\"NOT_SUBSCRIBED\"");
            assertThat(Shop.admin(gateway, "GET", "topics/room", "").toString()).contains("user:ana");
        }
    }
}
