package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many sockets there may be on one node, and what is measured of them. */
@Timeout(60)
@ExtendWith(Leaks.class)
class WebSocketBoundsIT {

    private static String scrape(TestGateway gateway) {
        return gateway.gateway().metrics().scrape("").text();
    }

    @Test
    void aRouteHasAsManySocketsAsItMay() throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = TestGateway.start(SocketServer.config(upstream.port(), 1, "max_in_all = 2"));
                SocketClient one = SocketClient.open(gateway.port(), "/ws");
                SocketClient two = SocketClient.open(gateway.port(), "/ws")) {
            try (RawClient client = gateway.client()) {
                RawClient.Answer answer =
                        client.send(SocketClient.handshake("/ws")).read();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.field("retry-after")).isEqualTo("10");
                assertThat(answer.body()).contains("\"WEBSOCKETS_FULL\"");
            }
            assertThat(one.text("a").read().text()).isEqualTo("a");
            // A place is free again however its socket ends; a refused handshake holds none.
            two.close();
            Awaitility.await().until(() -> {
                try (SocketClient next = SocketClient.open(gateway.port(), "/ws")) {
                    return next.text("b").read().text().equals("b");
                } catch (java.io.IOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void aHandshakeThatOpensNothingHoldsNoPlace() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("plain"));
                TestGateway gateway = TestGateway.start(SocketServer.config(upstream.port(), 1, "max_in_all = 1"))) {
            for (int i = 0; i < 5; i++) {
                try (RawClient client = gateway.client()) {
                    assertThat(client.send(SocketClient.handshake("/ws")).read().status())
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void socketsAreMeasuredFromZero() throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = TestGateway.start(SocketServer.config(upstream.port(), 1, ""))) {
            assertThat(scrape(gateway))
                    .contains("gateway_websocket_open{route=\"live\"} 0.0")
                    .contains("gateway_websocket_handshakes_total{outcome=\"opened\",route=\"live\"} 0.0")
                    .contains("gateway_websocket_handshakes_total{outcome=\"refused\",route=\"live\"} 0.0")
                    .contains("gateway_websocket_messages_total{direction=\"in\",route=\"live\"} 0.0")
                    .contains("gateway_websocket_bytes_total{direction=\"out\",route=\"live\"} 0.0")
                    .contains("gateway_websocket_closes_total{code=\"4401\",route=\"live\"} 0.0")
                    .contains("gateway_decisions_total{outcome=\"origin\",policy=\"websocket\"} 0.0")
                    .doesNotContain("gateway_websocket_open{route=\"plain\"}");
            try (SocketClient client = SocketClient.open(gateway.port(), "/ws");
                    RawClient bad = gateway.client()) {
                client.text("hello").read();
                bad.send(SocketClient.handshake("/ws").replace(SocketClient.KEY, "none"))
                        .read();
                Awaitility.await()
                        .untilAsserted(() -> assertThat(scrape(gateway))
                                .contains("gateway_websocket_open{route=\"live\"} 1.0")
                                .contains("gateway_websocket_handshakes_total{outcome=\"opened\",route=\"live\"} 1.0")
                                .contains("gateway_websocket_handshakes_total{outcome=\"refused\",route=\"live\"} 1.0")
                                .contains("gateway_websocket_messages_total{direction=\"in\",route=\"live\"} 1.0")
                                .contains("gateway_websocket_messages_total{direction=\"out\",route=\"live\"} 1.0")
                                .contains("gateway_websocket_bytes_total{direction=\"in\",route=\"live\"} 11.0")
                                .contains("gateway_websocket_bytes_total{direction=\"out\",route=\"live\"} 7.0"));
                client.send(Frames.close(true, 3999, ""));
                client.read();
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(scrape(gateway))
                            .contains("gateway_websocket_open{route=\"live\"} 0.0")
                            .contains("gateway_websocket_closes_total{code=\"3xxx\",route=\"live\"} 1.0")
                            .contains("gateway_upstream_connections{upstream=\"origin\"} 0.0"));
        }
    }
}
