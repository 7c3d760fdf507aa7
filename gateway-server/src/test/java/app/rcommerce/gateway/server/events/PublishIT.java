package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Publishing on topics, by routes and by the admin port. */
@Timeout(60)
@ExtendWith(Leaks.class)
class PublishIT {

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(EventsFixture.config(2, "") + """
                [[routes]]
                name = "one"
                path = "/one"
                handler = "publish"
                topics = ["news"]
                """);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Answer ask(String request) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.send(request).read();
        }
    }

    private String refused(String topic, String data, int status, String... fields) throws Exception {
        RawClient.Answer answer = EventsFixture.answer(gateway, topic, data, fields);
        assertThat(answer.status()).isEqualTo(status);
        return answer.body();
    }

    @Test
    void aPublisherIsToldThePosition() throws Exception {
        RawClient.Answer first = EventsFixture.answer(gateway, "news", "1");
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.body()).matches("\\{\"id\":\"[a-z0-9]+\\.1\"}");
        assertThat(EventsFixture.answer(gateway, "ticks", "1").body()).isEqualTo("{\"id\":null}");
    }

    @Test
    void theOnlyTopicOfARouteNeedNotBeNamed() throws Exception {
        RawClient.Answer answer = ask("POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n7");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(ask("POST /publish HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n7")
                        .body())
                .contains("\"BAD_TOPIC\"");
        assertThat(ask("POST /publish?topic=news&topic=room HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n7")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatMayNotBePublishedIsRefused() throws Exception {
        assertThat(refused("nothing", "1", 404)).contains("\"UNKNOWN_TOPIC\"");
        assertThat(refused("staff", "1", 401)).contains("\"UNAUTHORIZED\"");
        assertThat(refused("staff", "1", 403, Nodes.Token.fresh("ana").field())).contains("\"FORBIDDEN\"");
        assertThat(refused("orders:bob", "1", 403, Nodes.Token.fresh("ana").field()))
                .contains("\"FORBIDDEN\"");
        refused("news", " \n", 400);
        refused("news", "x".repeat(8 * 1024 + 1), 413);
        assertThat(ask("GET /publish?topic=news HTTP/1.1\r\nHost: a\r\n\r\n").status())
                .isEqualTo(405);
        // In chunks nobody says beforehand how much it will be.
        StringBuilder chunks =
                new StringBuilder("POST /publish?topic=news HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 9; i++) {
            chunks.append("400\r\n").append("x".repeat(0x400)).append("\r\n");
        }
        assertThat(ask(chunks + "0\r\n\r\n").status()).isEqualTo(413);
        assertThat(ask("POST /publish?topic=news HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\u00c3\u0028")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void topicsThatAreKeptAreHeardAndShownWithoutClients() throws Exception {
        Shop.admin(gateway, "POST", "topics/news", "1");
        assertThat(Shop.admin(gateway, "GET", "topics", ""))
                .containsPattern("\"topic\":\"news\",\"clients\":0,\"state\":\"live\",\"position\":\"[a-z0-9]+\\.1\"")
                .doesNotContain("ticks", "orders:");
        assertThat(Shop.admin(gateway, "GET", "topics/news", ""))
                .contains("\"clients_here\":0,\"state_here\":\"live\"");
    }

    @Test
    void operatorsPublishAndSeeTopics() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events?topic=news")) {
            client.readMessage();
            String published = Shop.admin(gateway, "POST", "topics/news", "{\"id\": 1}");
            assertThat(published).startsWith("{\"topic\":\"news\",\"id\":\"");
            assertThat(client.readMessage().text()).endsWith("\"data\":{\"id\": 1}}");
            assertThat(Shop.admin(gateway, "GET", "topics", ""))
                    .contains("\"topic\":\"news\",\"clients\":1,\"state\":\"live\",\"position\":\"");
            assertThat(Shop.admin(gateway, "GET", "topics/news", ""))
                    .contains("\"channel\":\"news\"")
                    .contains("\"clients_here\":1");
            assertThat(Shop.admin(gateway, "POST", "topics/orders%3Aana", "1")).contains("orders:ana");
        }
        assertThatThrownBy(() -> Shop.admin(gateway, "POST", "topics/nothing", "1"))
                .hasMessageContaining("404");
        assertThatThrownBy(() -> Shop.admin(gateway, "POST", "topics/news", "{"))
                .hasMessageContaining("400");
        assertThatThrownBy(() -> Shop.admin(gateway, "GET", "topics/a%20b", "")).hasMessageContaining("400");
    }
}
