package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics at two gateways on a cluster: what is published at one of them is heard at the other. */
@Tag("redis")
@Timeout(90)
@ExtendWith(Leaks.class)
class EventsClusterIT {

    private final List<TestGateway> gateways = new ArrayList<>();
    /** Of this test alone: the cluster is everybody's. */
    private final String name = "t" + Long.toString(System.nanoTime(), 36);

    @BeforeEach
    void start() throws Exception {
        String nodes = RedisServers.cluster().stream()
                .map((RedisServer server) -> "\"redis://127.0.0.1:" + server.port() + '"')
                .collect(Collectors.joining(", "));
        String topics = "topics = [{ name = \"recent-%1$s\" }, { name = \"reliable-%1$s\", delivery = \"reliable\" }]"
                .formatted(name);
        for (int i = 0; i < 2; i++) {
            gateways.add(TestGateway.start(Toml.node(2) + """
                    [cache]
                    cache_type = "Redis"
                    [cache.redis]
                    deadline = "2s"
                    command_timeout = "2s"
                    [cache.redis.cluster]
                    enabled = true
                    nodes = [%1$s]
                    [[routes]]
                    name = "events"
                    path = "/events"
                    handler = "events"
                    auth = "none"
                    %2$s
                    [[routes]]
                    name = "publish"
                    path = "/publish"
                    handler = "publish"
                    auth = "none"
                    %2$s
                    """.formatted(nodes, topics)));
        }
        gateways.forEach(Shop::awaitStore);
    }

    @AfterEach
    void stop() {
        gateways.forEach(TestGateway::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"recent", "reliable"})
    void whatIsPublishedAtOneIsHeardAtTheOther(String kind) throws Exception {
        String topic = kind + "-" + name;
        try (EventClient stream = EventClient.open(gateways.getFirst().port(), "topic=" + topic);
                SocketClient socket = SocketClient.open(gateways.get(1).port(), "/events?topic=" + topic)) {
            assertThat(socket.readMessage().text()).contains("\"subscribed\"").doesNotContain("degraded");
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ids.add(EventsFixture.publish(gateways.get(i % 2), topic, Integer.toString(i)));
            }
            for (int i = 0; i < 6; i++) {
                EventClient.Event event = stream.next();
                assertThat(event.id()).isEqualTo(ids.get(i));
                assertThat(event.data()).isEqualTo(Integer.toString(i));
                assertThat(socket.readMessage().text())
                        .contains("\"id\":\"" + ids.get(i) + "\"")
                        .endsWith("\"data\":" + i + "}");
            }
            try (EventClient back =
                            EventClient.open(gateways.get(1).port(), "topic=" + topic, "Last-Event-ID: " + ids.get(2));
                    SocketClient again = SocketClient.open(gateways.getFirst().port(), "/events")) {
                assertThat(back.field("last-event-id")).isEqualTo(ids.get(2));
                assertThat(again.text("{\"subscribe\":\"" + topic + "\",\"since\":\"" + ids.get(2) + "\"}")
                                .readMessage()
                                .text())
                        .contains("\"recovered\":true");
                for (int i = 3; i < 6; i++) {
                    assertThat(back.next().id()).isEqualTo(ids.get(i));
                    assertThat(again.readMessage().text()).contains("\"id\":\"" + ids.get(i) + "\"");
                }
            }
            if (kind.equals("recent")) {
                try (Resp platform = new Resp(RedisServers.cluster().get(2).port())) {
                    platform.send("PUBLISH", topic, "\"by another program\"");
                }
                assertThat(stream.next().data()).isEqualTo("\"by another program\"");
                assertThat(socket.readMessage().text()).contains("by another program");
            }
        }
    }
}
