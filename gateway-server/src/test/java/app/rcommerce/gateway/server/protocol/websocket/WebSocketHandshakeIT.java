package app.rcommerce.gateway.server.protocol.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that become no WebSocket, and what was sent behind them, which is no request. */
@Timeout(60)
@ExtendWith(Leaks.class)
class WebSocketHandshakeIT {

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n";

    private static TestGateway gateway(RawUpstream upstream, String webSocket) throws Exception {
        return TestGateway.start(SocketServer.config(upstream.port(), 1, webSocket));
    }

    /** What is sent behind a handshake that gets another answer never becomes a request. */
    @ParameterizedTest
    @CsvSource({
        "/plain/x, 501, 0",
        "/ws, 200, 1",
    })
    void whatStandsBehindAHandshakeIsNoRequest(String path, int status, int asked) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("plain"));
                TestGateway gateway = gateway(upstream, "");
                RawClient together = gateway.client();
                RawClient later = gateway.client()) {
            together.send(SocketClient.handshake(path) + SMUGGLED);
            assertThat(together.read().status()).isEqualTo(status);
            assertThat(together.isEnded()).isTrue();

            later.send(SocketClient.handshake(path));
            RawClient.Answer answer = later.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("connection")).isEqualTo("close");
            try {
                later.send(SMUGGLED);
            } catch (java.net.SocketException e) {
                // It is closed already.
            }
            assertThat(later.isEnded()).isTrue();
            assertThat(upstream.heads()).hasSize(2 * asked).noneMatch(head -> head.contains("smuggled"));
        }
    }

    @Test
    void anotherAnswerThan101PassesWhole() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.send("HTTP/1.1 403 No\r\nX-Why: because\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n4\r\n you\r\n0\r\n\r\n"));
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.send(SocketClient.handshake("/ws")).read();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.field("x-why")).isEqualTo("because");
            assertThat(answer.body()).isEqualTo("not you");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "Connection: Upgrade|Upgrade: websocket",
                "Upgrade: websocket|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                "Connection: Upgrade|Upgrade: h2c|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=|Sec-WebSocket-Protocol: own",
                "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=|Sec-WebSocket-Extensions: own",
            })
    void aSwitchThatDoesNotBelongToTheHandshakeBecomes502(String fields) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 101 Switching Protocols\r\n" + fields.replace("|", "\r\n") + "\r\n\r\n");
                    x.out().write(Frames.text(false, "hello"));
                    x.in().read();
                });
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.send(SocketClient.handshake("/ws")).read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("UPSTREAM_ERROR");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 12, 426, WEBSOCKET_VERSION_NOT_SUPPORTED",
        "Sec-WebSocket-Version: 13, X: 1, 426, WEBSOCKET_VERSION_NOT_SUPPORTED",
        "dGhlIHNhbXBsZSBub25jZQ==, AA==, 400, BAD_HANDSHAKE",
        "Sec-WebSocket-Key, X-Key, 400, BAD_HANDSHAKE",
        "GET, POST, 400, BAD_HANDSHAKE",
        "'keep-alive, Upgrade', keep-alive, 400, BAD_REQUEST",
        "Host: shop.test, Host: shop.test|Content-Length: 3, 400, BAD_REQUEST",
        "Host: shop.test, Host: shop.test|Transfer-Encoding: chunked, 400, BAD_REQUEST",
    })
    void aHandshakeThatIsNoneIsRefused(String of, String by, int status, String code) throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            client.send(SocketClient.handshake("/ws").replace(of, by.replace("|", "\r\n")));
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains("\"" + code + "\"");
            if (status == 426) {
                assertThat(answer.field("sec-websocket-version")).isEqualTo("13");
                assertThat(answer.field("upgrade")).isEqualTo("websocket");
                assertThat(answer.field("connection")).isEqualTo("close, upgrade");
            }
            assertThat(client.isEnded()).isTrue();
            assertThat(upstream.heads()).isEmpty();
        }
    }

    @Test
    void anUpgradeOfHttp10IsAPlainRequest() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("plain"));
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            client.send(SocketClient.handshake("/ws").replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(client.read().body()).isEqualTo("plain");
            assertThat(upstream.heads().getFirst()).doesNotContainIgnoringCase("upgrade");
        }
    }

    @Test
    void pagesOfOtherOriginsOpenNothing() throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = gateway(upstream, "origins = [\"https://shop.example\"]");
                RawClient other = gateway.client();
                SocketClient ours = SocketClient.open(gateway.port(), "/ws", "Origin: https://shop.example");
                SocketClient none = SocketClient.open(gateway.port(), "/ws")) {
            for (String origin : new String[] {"https://shop.example.evil", "null", "http://shop.example", ""}) {
                try (RawClient client = gateway.client()) {
                    RawClient.Answer answer = client.send(SocketClient.handshake("/ws", "Origin: " + origin))
                            .read();
                    assertThat(answer.status()).as(origin).isEqualTo(403);
                    assertThat(answer.body()).contains("\"ORIGIN_NOT_ALLOWED\"");
                }
            }
            assertThat(ours.text("a").read().text()).isEqualTo("a");
            assertThat(none.text("b").read().text()).isEqualTo("b");
            assertThat(upstream.heads()).hasSize(2);
        }
    }

    @Test
    void moreThanALittleBehindAHandshakeIsRefused() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.in().read());
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            client.send(Frames.join(
                    SocketClient.handshake("/ws").getBytes(ISO_8859_1),
                    Frames.frame(Frames.FIN | Frames.BINARY, true, new byte[100_000])));
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void anUpstreamThatCannotBeReachedOrDoesNotAnswerIsTold() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.in().read());
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            assertThat(client.send(SocketClient.handshake("/ws")).read().status())
                    .isEqualTo(504);
            upstream.close();
            try (RawClient next = gateway.client()) {
                assertThat(next.send(SocketClient.handshake("/ws")).read().status())
                        .isEqualTo(502);
            }
        }
    }

    @Test
    void aPlainRequestOnTheRouteIsOne() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("plain"));
                TestGateway gateway = gateway(upstream, "");
                RawClient client = gateway.client()) {
            assertThat(client.get("/ws").read().body()).isEqualTo("plain");
            assertThat(client.get("/ws").read().body()).isEqualTo("plain");
        }
    }
}
