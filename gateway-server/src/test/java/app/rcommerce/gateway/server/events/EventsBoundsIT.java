package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.protocol.websocket.Frames;
import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients of topics that are slow, loud or many. */
@Timeout(60)
@ExtendWith(Leaks.class)
class EventsBoundsIT {

    private static final String LONG = '"' + "x".repeat(8_000) + '"';

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(EventsFixture.config(
                1, "queue = \"64KB\"\nwebsocket = { messages = \"100/minute\", origins = [\"https://shop.test\"] }"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String scrape() {
        return gateway.gateway().metrics().scrape("").text();
    }

    /** Publishes so many long messages on one connection. */
    private void publish(String topic, int messages) throws Exception {
        try (RawClient client = gateway.client()) {
            for (int i = 0; i < messages; i++) {
                client.send("POST /publish?topic=" + topic + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + LONG.length()
                        + "\r\n\r\n" + LONG);
                assertThat(client.read().status()).isEqualTo(202);
            }
        }
    }

    @Test
    void aSlowSocketLosesItsPlaceAndDelaysNobody() throws Exception {
        try (RawClient stuck = new RawClient(gateway.port(), 4096);
                SocketClient quick = SocketClient.open(gateway.port(), "/events?topic=ticks")) {
            quick.readMessage();
            SocketClient slow = SocketClient.open(stuck, "/events?topic=ticks");
            slow.readMessage();
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 1_000; i++) {
                        assertThat(quick.readMessage().content()).hasSize(8_027);
                    }
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            publish("ticks", 1_000);
            reading.join();
            Awaitility.await()
                    .until(() -> gateway.finished().stream()
                            .anyMatch(one -> one.socket() != null
                                    && one.socket().closeCode() == 1013
                                    && one.socket().closedBy().equals("too slow")));
            assertThat(scrape()).contains("gateway_events_dropped_total{reason=\"queue\"} 1.0");
            assertThat(quick.text("{\"unsubscribe\":\"ticks\"}").readMessage().text())
                    .contains("unsubscribed");
        }
    }

    @Test
    void aSlowStreamEndsAndGoesOnWhereItWas() throws Exception {
        String last = "";
        try (RawClient slow = new RawClient(gateway.port(), 4096)) {
            slow.get("/events?topic=news");
            publish("news", 1_000);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(scrape()).contains("gateway_events_dropped_total{reason=\"queue\"} 1.0"));
            String all = new String(slow.stream().readAllBytes(), StandardCharsets.ISO_8859_1);
            last = all.substring(0, all.lastIndexOf("\n\n"));
            last = last.substring(last.lastIndexOf("id: ") + 4);
            assertThat(last).matches("[a-z0-9]+\\.[0-9]{1,3}");
        }
        try (EventClient client = EventClient.open(gateway.port(), "topic=news", "Last-Event-ID: " + last)) {
            // A hundred are kept of a thousand.
            assertThat(client.next().event()).isEqualTo("reset");
        }
    }

    @Test
    void messagesBeyondTheRateEndASocket() throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            for (int i = 0; i < 1_000; i++) {
                try {
                    client.text("{\"subscribe\":\"news\"}");
                } catch (java.io.IOException e) {
                    break; // It has been ended already.
                }
            }
            assertThat(client.readClose()).isEqualTo(1008);
        }
    }

    private void closes(int code, byte[] sent) throws Exception {
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            assertThat(client.send(sent).readClose()).isEqualTo(code);
        }
    }

    @Test
    void framesThatAreNoTextsEndASocket() throws Exception {
        closes(1003, Frames.frame(Frames.FIN | Frames.BINARY, true, new byte[3]));
        closes(1007, Frames.frame(Frames.FIN | Frames.TEXT, true, new byte[] {(byte) 0xc3, 0x28}));
        closes(1009, Frames.text(true, "x".repeat(16 * 1024 + 1)));
        closes(
                1009,
                Frames.join(
                        Frames.frame(Frames.TEXT, true, new byte[10_000]),
                        Frames.frame(Frames.FIN, true, new byte[10_000])));
        closes(1002, Frames.text(false, "{}"));
        closes(1002, Frames.frame(Frames.FIN | 0x40 | Frames.TEXT, true, new byte[1]));
        closes(1002, Frames.frame(Frames.FIN | 3, true, new byte[1]));
        closes(1002, Frames.frame(Frames.FIN, true, new byte[1]));
        closes(1002, Frames.frame(9, true, new byte[1]));
    }

    @Test
    void aMessageMayComeInPieces() throws Exception {
        byte[] text = "{\"subscribe\":\"news\"}".getBytes(StandardCharsets.UTF_8);
        byte[] all = Frames.join(
                Frames.frame(Frames.TEXT, true, java.util.Arrays.copyOfRange(text, 0, 3)),
                Frames.frame(Frames.FIN | 9, true, new byte[] {7}),
                Frames.frame(0, true, new byte[0]),
                Frames.frame(Frames.FIN, true, java.util.Arrays.copyOfRange(text, 3, text.length)));
        try (SocketClient client = SocketClient.open(gateway.port(), "/events")) {
            for (byte one : all) {
                client.send(new byte[] {one});
            }
            SocketClient.Frame pong = client.read();
            assertThat(pong.opcode()).isEqualTo(10);
            assertThat(pong.content()).containsExactly(7);
            assertThat(client.read().text()).contains("\"subscribed\":\"news\"");
        }
    }

    @Test
    void aRouteHasAsManyClientsAsItMay() throws Exception {
        stop();
        gateway = TestGateway.start(EventsFixture.config(1, "websocket = { max_in_all = 5 }"));
        try (EventClient one = EventClient.open(gateway.port(), "topic=news");
                EventClient two = EventClient.open(gateway.port(), "topic=news");
                EventClient three = EventClient.open(gateway.port(), "topic=news");
                SocketClient four = SocketClient.open(gateway.port(), "/events");
                SocketClient five = SocketClient.open(gateway.port(), "/events");
                RawClient more = gateway.client()) {
            assertThat(more.get("/events?topic=news").read().status()).isEqualTo(503);
            assertThat(scrape())
                    .contains("gateway_events_clients{kind=\"sse\"} 3.0")
                    .contains("gateway_events_clients{kind=\"websocket\"} 2.0")
                    .contains("gateway_events_subscriptions 3.0")
                    .contains("gateway_events_topics 1.0");
        }
        Awaitility.await().until(() -> scrape().contains("gateway_events_subscriptions 0.0"));
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws Exception {
        try (RawClient client = gateway.client()) {
            assertThat(client.get("/events?topic=news", "Origin: https://evil.test")
                            .read()
                            .status())
                    .isEqualTo(403);
        }
        try (EventClient client = EventClient.open(gateway.port(), "topic=news", "Origin: https://shop.test")) {
            assertThat(client.field("access-control-allow-origin")).isEqualTo("https://shop.test");
        }
    }
}
