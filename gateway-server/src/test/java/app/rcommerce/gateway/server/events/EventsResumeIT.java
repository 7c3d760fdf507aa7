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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets of topics that are lost, and go on at another node by their records. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(strings = {"hash", "json"})
class EventsResumeIT {

    private final String form;
    private final List<TestGateway> gateways = new ArrayList<>();
    private RedisServer redis;

    EventsResumeIT(String form) {
        this.form = form;
    }

    /** A client, and the id that it was told. */
    private record Told(SocketClient client, String id) {}

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        for (int i = 0; i < 2; i++) {
            gateways.add(TestGateway.start("""
                    [cache]
                    cache_type = "Redis"
                    websocket_records = "%s"
                    [cache.redis]
                    port = %d
                    deadline = "2s"
                    command_timeout = "2s"
                    """.formatted(form, redis.port()) + EventsFixture.config(2, "")));
        }
        gateways.forEach(Shop::awaitStore);
    }

    @AfterEach
    void stop() throws Exception {
        gateways.forEach(TestGateway::close);
        redis.close();
    }

    private Told open(int gateway, String... fields) throws Exception {
        RawClient raw = new RawClient(gateways.get(gateway).port());
        raw.send(SocketClient.handshake("/events", fields));
        RawClient.Answer answer = raw.read();
        assertThat(answer.status()).isEqualTo(101);
        return new Told(new SocketClient(raw), Objects.requireNonNull(answer.field("x-websocket-session"), "an id"));
    }

    private String record(String id) throws Exception {
        return Shop.admin(gateways.get(1), "GET", "sockets/" + id, "");
    }

    private static String say(SocketClient client, String message) throws Exception {
        return client.text(message).readMessage().text();
    }

    @Test
    void whoComesBackHasTheTopicsThatItHad() throws Exception {
        String ana = Nodes.Token.fresh("ana").field();
        Told first = open(0, ana);
        for (String topic : List.of("order_updates", "news", "orders:ana")) {
            assertThat(say(first.client(), "{\"subscribe\":\"" + topic + "\"}")).contains("\"subscribed\"");
        }
        assertThat(say(first.client(), "{\"unsubscribe\":\"news\"}")).contains("\"unsubscribed\"");
        // A record is written every ten seconds at most.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(record(first.id()))
                        .contains("\"subscriptions\":[\"order_updates\",\"orders:ana\"]"));
        first.client().close();
        Awaitility.await().untilAsserted(() -> assertThat(record(first.id())).doesNotContain("\"node\""));

        String id = "X-WebSocket-Session: " + first.id();
        Told other = open(1, Nodes.Token.fresh("bob").field(), id);
        assertThat(other.id()).isNotEqualTo(first.id());
        assertThat(say(other.client(), "{\"presence\":\"order_updates\"}"))
                .as("nobody else gets them")
                .contains("\"NOT_SUBSCRIBED\"");
        Told second = open(1, Nodes.Token.fresh("ana").field(), id);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.client().readMessage().text()).contains("\"subscribed\":\"order_updates\"");
        assertThat(second.client().readMessage().text()).contains("\"subscribed\":\"orders:ana\"");
        EventsFixture.publish(gateways.getFirst(), "news", "1");
        EventsFixture.publish(gateways.getFirst(), "order_updates", "2");
        EventsFixture.publish(
                gateways.getFirst(), "orders:ana", "3", Nodes.Token.fresh("ana").field());
        assertThat(List.of(
                        second.client().readMessage().text(),
                        second.client().readMessage().text()))
                .anyMatch(text -> text.startsWith("{\"topic\":\"order_updates\"") && text.endsWith("\"data\":2}"))
                .anyMatch(text -> text.startsWith("{\"topic\":\"orders:ana\"") && text.endsWith("\"data\":3}"));
        second.client().close();
        other.client().close();
    }
}
