package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.TestGateway;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics by WebSocket. */
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(ints = {1, 3})
class EventsSocketIT {

    private final int workers;
    private TestGateway gateway;

    EventsSocketIT(int workers) {
        this.workers = workers;
    }

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(EventsFixture.config(workers, "heartbeat = \"1s\"\nmax_topics = 3"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String ask(SocketClient client, String message) throws Exception {
        return client.text(message).readMessage().text();
    }

    @Test
    void aClientSubscribesAndHears() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            assertThat(ask(client, "{\"subscribe\":\"news\"}"))
                    .matches("\\{\"subscribed\":\"news\",\"id\":\"[a-z0-9]+\\.0\"}");
            for (int i = 0; i < 200; i++) {
                String id = EventsFixture.publish(gateway, "news", "{\"n\":" + i + "}");
                assertThat(client.readMessage().text())
                        .isEqualTo("{\"topic\":\"news\",\"id\":\"" + id + "\",\"data\":{\"n\":" + i + "}}");
            }
            assertThat(ask(client, "{\"unsubscribe\":\"news\"}")).isEqualTo("{\"unsubscribed\":\"news\"}");
            EventsFixture.publish(gateway, "news", "1");
            assertThat(ask(client, "{\"unsubscribe\":\"news\"}")).contains("\"NOT_SUBSCRIBED\"");
        }
    }

    @Test
    void messagesOfAnyLengthAreFramedRight() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events?topic=ticks")) {
            assertThat(client.readMessage().text()).isEqualTo("{\"subscribed\":\"ticks\"}");
            for (int length : new int[] {1, 90, 95, 96, 97, 98, 99, 100, 101, 125, 126, 127, 1000, 8000}) {
                String text = "x".repeat(length);
                EventsFixture.publish(gateway, "ticks", '"' + text + '"');
                assertThat(client.readMessage().text()).isEqualTo("{\"topic\":\"ticks\",\"data\":\"" + text + "\"}");
            }
        }
    }

    @Test
    void theFormOfThePlatformIsAnsweredInItsForm() throws Exception {
        String message = """
                {"message_type":"subscribe","message_id":"3f-1","timestamp":"2026-01-01T00:00:00Z",
                 "payload":{"type":"Subscribe","data":{"topic":"%s"}}}""";
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            assertThat(ask(client, message.formatted("order_updates")))
                    .startsWith("{\"message_type\":\"subscribed\",\"message_id\":\"3f-1\",\"timestamp\":\"20")
                    .contains("\"payload\":{\"type\":\"Subscribed\",\"data\":{\"topic\":\"order_updates\",\"id\":\"");
            assertThat(ask(client, message.formatted("nothing")))
                    .startsWith("{\"message_type\":\"error\",\"message_id\":\"3f-1\"")
                    .contains("\"payload\":{\"type\":\"Error\",\"data\":{\"code\":\"UNKNOWN_TOPIC\"")
                    .endsWith("\"topic\":\"nothing\"}}}");
            String id = EventsFixture.publish(gateway, "order_updates", "{}");
            assertThat(client.readMessage().text())
                    .isEqualTo("{\"topic\":\"order_updates\",\"id\":\"" + id + "\",\"data\":{}}");
        }
    }

    @Test
    void aClientThatComesBackGetsWhatItMissed() throws Exception {
        String first = EventsFixture.publish(gateway, "news", "1");
        EventsFixture.publish(gateway, "news", "2");
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            assertThat(ask(client, "{\"subscribe\":\"news\",\"since\":\"" + first + "\"}"))
                    .isEqualTo("{\"subscribed\":\"news\",\"id\":\"" + first + "\",\"recovered\":true}");
            assertThat(client.readMessage().text()).contains("\"data\":2");
            String third = EventsFixture.publish(gateway, "news", "3");
            assertThat(client.readMessage().text()).contains("\"data\":3");
            assertThat(ask(client, "{\"subscribe\":\"news\",\"since\":\"" + third + "\"}"))
                    .contains("\"recovered\":true");
            assertThat(ask(client, "{\"subscribe\":\"news\",\"since\":\"nonsense\"}"))
                    .isEqualTo("{\"subscribed\":\"news\",\"id\":\"" + third + "\",\"recovered\":false}");
            assertThat(ask(client, "{\"subscribe\":\"ticks\",\"since\":\"" + third + "\"}"))
                    .isEqualTo("{\"subscribed\":\"ticks\",\"recovered\":false}");
        }
    }

    @Test
    void whatIsNotUnderstoodIsAnswered() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            for (String bad : new String[] {
                "",
                "[]",
                "{",
                "{}",
                "null",
                "{\"subscribe\":1}",
                "{\"subscribe\":\"a\",\"unsubscribe\":\"a\"}",
                "{\"a\":".repeat(9) + "1" + "}".repeat(9),
                "{\"subscribe\":\"news\"} x",
                "{\"message_type\":\"subscribe\"}"
            }) {
                assertThat(ask(client, bad)).contains("\"BAD_MESSAGE\"");
            }
            assertThat(ask(client, "{\"subscribe\":\"orders:ana\"}")).contains("\"UNAUTHORIZED\"");
            assertThat(ask(client, "{\"subscribe\":\"staff\"}")).contains("\"UNAUTHORIZED\"");
            assertThat(ask(client, "{\"subscribe\":\"../staff\"}")).contains("\"BAD_TOPIC\"");
            for (String topic : new String[] {"news", "prices", "ticks"}) {
                assertThat(ask(client, "{\"subscribe\":\"" + topic + "\"}")).contains("\"subscribed\"");
            }
            assertThat(ask(client, "{\"subscribe\":\"few\"}")).contains("\"TOO_MANY_TOPICS\"");
            assertThat(ask(client, "{\"subscribe\":\"news\"}")).contains("\"subscribed\"");
        }
    }

    @Test
    void aSilentClientIsAskedAndCutOff() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            assertThat(client.read().opcode()).isEqualTo(9);
            assertThat(client.isEnded()).isTrue();
        }
        Awaitility.await()
                .until(() -> gateway.finished().stream()
                        .anyMatch(one -> one.socket() != null
                                && one.socket().closedBy().equals("the client did not answer a ping")));
    }

    @Test
    void aHandshakeNamesTopicsAndASubprotocol() throws Exception {
        try (RawClient raw = gateway.client()) {
            raw.send(SocketClient.handshake(
                    "/events?topic=news&topic=nothing", "Sec-WebSocket-Protocol: rcommerce.v1, other"));
            RawClient.Answer answer = raw.read();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("sec-websocket-protocol")).isEqualTo("rcommerce.v1");
            assertThat(answer.field("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            SocketClient client = new SocketClient(raw);
            assertThat(client.readMessage().text() + client.readMessage().text())
                    .contains("\"subscribed\":\"news\"")
                    .contains("\"UNKNOWN_TOPIC\"");
        }
    }

    @Test
    void aReloadKeepsSocketsOfRoutesThatStay() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events?topic=news")) {
            client.readMessage();
            gateway.gateway()
                    .reload(TestGateway.config(EventsFixture.config(
                            workers, "heartbeat = \"1s\"\nmax_topics = 3", "max_connections_per_address = 5000")));
            EventsFixture.publish(gateway, "news", "1");
            assertThat(client.readMessage().text()).contains("\"data\":1");
            gateway.gateway()
                    .reload(TestGateway.config(EventsFixture.config(workers, "heartbeat = \"1s\"\nmax_topics = 4")));
            assertThat(client.readClose()).isEqualTo(1012);
        }
    }

    @Test
    void theGatewaySaysGoodbyeWhenItStops() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events?topic=news")) {
            client.readMessage();
            Thread stopping = Thread.ofVirtual().start(gateway::close);
            assertThat(client.readClose()).isEqualTo(1001);
            stopping.join();
        }
        gateway = TestGateway.start(EventsFixture.config(workers, ""));
    }
}
