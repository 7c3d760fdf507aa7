package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** WebSockets through the gateway: frames as they are, in both directions. */
@Timeout(30)
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({"1, auto", "4, auto", "1, epoll", "1, nio"})
class WebSocketRelayIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int workers;
    private final String transport;

    WebSocketRelayIT(int workers, String transport) {
        this.workers = workers;
        this.transport = transport;
    }

    private TestGateway gateway(RawUpstream upstream) throws Exception {
        return TestGateway.start(SocketServer.config(upstream.port(), workers, "")
                .replace("[server]\n", "[server]\ntransport = \"" + transport + "\"\n"));
    }

    /** Collects what comes until the socket is closed. */
    private static final class Listener implements WebSocket.Listener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    @Test
    void anHonestClientGetsItsEcho() throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = gateway(upstream)) {
            Listener listener = new Listener();
            WebSocket socket = HTTP.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/ws"), listener)
                    .get(10, TimeUnit.SECONDS);
            String large = "x".repeat(200_000);
            socket.sendText("hello", true).get(10, TimeUnit.SECONDS);
            socket.sendText(large, true).get(10, TimeUnit.SECONDS);
            socket.sendClose(1000, "bye").get(10, TimeUnit.SECONDS);
            assertThat(listener.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
            assertThat(listener.texts).containsExactly("hello", large);
        }
    }

    @Test
    void theHandshakeGoesUpstreamAsItIs() throws Exception {
        AtomicReference<RawUpstream.Exchange> seen = new AtomicReference<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    seen.set(x);
                    SocketServer.accept(x, "Sec-WebSocket-Protocol: chat\r\nX-Own: 1\r\n");
                    SocketServer.read(x);
                });
                TestGateway gateway = gateway(upstream);
                RawClient client = gateway.client()) {
            client.send(
                    SocketClient.handshake("/ws?a=1", "Sec-WebSocket-Protocol: superchat, chat", "Origin: http://o"));
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("connection")).isEqualToIgnoringCase("upgrade");
            assertThat(answer.field("upgrade")).isEqualTo("websocket");
            assertThat(answer.field("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(answer.field("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(answer.field("x-own")).isEqualTo("1");
            assertThat(answer.field("x-request-id")).isNotNull();
            assertThat(answer.field("content-length")).isNull();
            assertThat(answer.field("transfer-encoding")).isNull();
            assertThat(seen.get().line()).isEqualTo("GET /ws?a=1 HTTP/1.1");
            assertThat(seen.get().field("connection")).isEqualToIgnoringCase("upgrade");
            assertThat(seen.get().field("upgrade")).isEqualTo("websocket");
            assertThat(seen.get().field("sec-websocket-key")).isEqualTo(SocketClient.KEY);
            assertThat(seen.get().field("sec-websocket-version")).isEqualTo("13");
            assertThat(seen.get().field("origin")).isEqualTo("http://o");
            assertThat(seen.get().field("x-forwarded-for")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void whatIsSentBehindTheHandshakeWaitsForTheUpstream() throws Exception {
        CompletableFuture<Void> looked = new CompletableFuture<>();
        CompletableFuture<Integer> early = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    early.complete(x.in().available());
                    looked.join();
                    early.complete(x.in().available());
                    SocketServer.echo(x);
                });
                TestGateway gateway = gateway(upstream);
                RawClient raw = gateway.client()) {
            raw.send(Frames.join(
                    SocketClient.handshake("/ws").getBytes(StandardCharsets.ISO_8859_1), Frames.text(true, "early")));
            assertThat(early.get(10, TimeUnit.SECONDS)).isZero();
            raw.send(Frames.text(true, "second"));
            looked.complete(null);
            assertThat(raw.read().status()).isEqualTo(101);
            SocketClient client = new SocketClient(raw);
            assertThat(client.read().text()).isEqualTo("early");
            assertThat(client.read().text()).isEqualTo("second");
        }
    }

    @Test
    void whatTheUpstreamSendsBehindItsAnswerIsPassedOn() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    String accept = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
                    x.out()
                            .write(Frames.join(
                                    accept.getBytes(StandardCharsets.ISO_8859_1),
                                    Frames.text(false, "first"),
                                    Frames.text(false, "second")));
                    SocketServer.read(x);
                });
                TestGateway gateway = gateway(upstream);
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.read().text()).isEqualTo("first");
            assertThat(client.read().text()).isEqualTo("second");
        }
    }

    @Test
    void fragmentsPingsAndCompressedFramesPassUntouched() throws Exception {
        byte[] frames = Frames.join(
                Frames.frame(0x40 | Frames.TEXT, true, new byte[] {1, 2, 3}),
                Frames.frame(Frames.FIN | FrameWalker.PING, true, new byte[] {9}),
                Frames.frame(0, true, new byte[300]),
                Frames.frame(Frames.FIN, true, new byte[70_000]));
        CompletableFuture<byte[]> came = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
                    came.complete(x.in().readNBytes(frames.length));
                });
                TestGateway gateway = gateway(upstream);
                SocketClient client = SocketClient.open(
                        gateway.port(),
                        "/ws",
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")) {
            for (int at = 0; at < frames.length; at += 999) {
                client.send(java.util.Arrays.copyOfRange(frames, at, Math.min(frames.length, at + 999)));
            }
            assertThat(came.get(10, TimeUnit.SECONDS)).isEqualTo(frames);
        }
    }
}
