package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How WebSockets end: every close code, and who is told it. */
@Timeout(60)
@ExtendWith(Leaks.class)
class WebSocketEndsIT {

    private static TestGateway gateway(RawUpstream upstream, String webSocket) throws Exception {
        return TestGateway.start(SocketServer.config(upstream.port(), 1, webSocket));
    }

    private static Finished finished(TestGateway gateway) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !gateway.finished().isEmpty());
        return gateway.finished().getFirst();
    }

    private static void assertEnd(TestGateway gateway, int code, String by) {
        Finished.Socket socket = finished(gateway).socket();
        assertThat(socket).isNotNull();
        assertThat(socket.closeCode()).isEqualTo(code);
        assertThat(socket.closedBy()).isEqualTo(by);
    }

    /** An upstream that keeps the first close frame that it is sent. */
    private static RawUpstream.Script echoing(CompletableFuture<Integer> closed) {
        return x -> {
            SocketServer.accept(x, "");
            try {
                SocketClient.Frame frame = SocketServer.read(x);
                while (frame.opcode() != FrameWalker.CLOSE) {
                    x.out().write(Frames.frame(frame.first(), false, frame.content()));
                    frame = SocketServer.read(x);
                }
                closed.complete(frame.code());
            } catch (IOException e) {
                closed.complete(CloseCodes.ABNORMAL);
            }
        };
    }

    @Test
    void theTwoSidesCloseByThemselves() throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            client.text("hello").read();
            client.send(Frames.close(true, 4321, "bye"));
            SocketClient.Frame close = client.read();
            assertThat(close.code()).isEqualTo(4321);
            assertThat(client.isEnded()).isTrue();
            assertEnd(gateway, 4321, "client");
            Finished finished = finished(gateway);
            assertThat(finished.protocol().name()).isEqualTo("websocket");
            assertThat(finished.status()).isEqualTo(101);
            assertThat(finished.route()).isEqualTo("live");
            assertThat(finished.requestBytes()).isEqualTo(11 + 11);
            assertThat(finished.responseBytes()).isEqualTo(7 + 7);
        }
    }

    /** What its address is banned for came over other connections. */
    @Test
    void aBanOfTheAddressEndsItsSockets() throws Exception {
        String config = SocketServer.config(0, 2, "")
                + "[[access.bans]]\nname = \"probing\"\nafter = \"3 404/minute\"\nfor = \"10m\"\n";
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/plain")) {
                        x.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                    } else {
                        SocketServer.echo(x);
                    }
                });
                TestGateway gateway = TestGateway.start(
                        config.replace("127.0.0.1:0\"]\ntimeout", "127.0.0.1:" + upstream.port() + "\"]\ntimeout"));
                SocketClient banned = SocketClient.open(gateway.port(), "/ws", "X-Forwarded-For: 203.0.113.7");
                SocketClient kept = SocketClient.open(gateway.port(), "/ws", "X-Forwarded-For: 203.0.113.8");
                RawClient probing = gateway.client()) {
            for (int i = 0; i < 3; i++) {
                probing.get("/plain/x", "X-Forwarded-For: 203.0.113.7").read();
            }
            assertThat(banned.readClose()).isEqualTo(4403);
            assertThat(kept.text("still").readMessage().text()).isEqualTo("still");
        }
    }

    @Test
    void theUpstreamClosesFirst() throws Exception {
        CompletableFuture<Integer> answered = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    x.out().write(Frames.close(false, 1000, "done"));
                    answered.complete(SocketServer.read(x).code());
                    x.socket().close();
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.readClose()).isEqualTo(1000);
            assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
            assertThat(client.isEnded()).isTrue();
            assertEnd(gateway, 1000, "upstream");
        }
    }

    @Test
    void framesOfAClientThatAreNoneEndWith1002() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            client.text("good").read();
            client.send(Frames.text(false, "without a mask"));
            assertThat(client.readClose()).isEqualTo(1002);
            assertThat(client.isEnded()).isTrue();
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(1002);
            assertEnd(gateway, 1002, "a frame without a mask");
        }
    }

    @Test
    void tooManyMessagesEndWith1008() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "messages = \"3/hour\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.text("m" + i).read().text()).isEqualTo("m" + i);
            }
            client.send(Frames.frame(Frames.FIN | FrameWalker.PING, true, new byte[0]));
            client.text("one more");
            assertThat(client.readClose()).isEqualTo(1008);
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(1008);
            assertEnd(gateway, 1008, "too many messages");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Frames.FIN | FrameWalker.PING, Frames.FIN | FrameWalker.PONG, 0})
    void pingsPongsAndFragmentsWithoutEndAreNoWayAroundTheBoundOnMessages(int first) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    while (SocketServer.read(x).opcode() != FrameWalker.CLOSE) {
                        // What was allowed comes first.
                    }
                });
                TestGateway gateway = gateway(upstream, "messages = \"3/hour\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            if (first == 0) {
                client.send(Frames.frame(Frames.TEXT, true, new byte[1]));
            }
            for (int i = 0; i < 250; i++) {
                client.send(Frames.frame(first, true, new byte[1]));
            }
            assertThat(client.readClose()).isEqualTo(1008);
            assertEnd(gateway, 1008, "too many pings, or fragments of messages");
        }
    }

    @Test
    void aMessageThatIsTooLargeEndsWith1009() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    SocketServer.read(x);
                    told.complete(SocketServer.read(x).code());
                });
                TestGateway gateway = gateway(upstream, "max_message = \"1KB\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            client.send(Frames.frame(Frames.TEXT, true, new byte[1_000]));
            client.send(Frames.frame(Frames.FIN, true, new byte[25]));
            assertThat(client.readClose()).isEqualTo(1009);
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(1009);
            assertEnd(gateway, 1009, "a message is too large");
        }
    }

    @Test
    void aMessageOfTheUpstreamThatIsTooLargeEndsWith1009() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    x.out().write(Frames.text(false, "x".repeat(1_024)));
                    x.out().write(Frames.text(false, "x".repeat(1_025)));
                    x.in().read();
                });
                TestGateway gateway = gateway(upstream, "max_message = \"1KB\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.read().content()).hasSize(1_024);
            assertThat(client.readClose()).isEqualTo(1009);
        }
    }

    @Test
    void anUpstreamThatBreaksTheProtocolEndsWith1014() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    x.out().write(Frames.join(Frames.text(false, "good"), Frames.text(true, "masked")));
                    x.in().read();
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.read().text()).isEqualTo("good");
            assertThat(client.readClose()).isEqualTo(1014);
            assertThat(client.isEnded()).isTrue();
            assertEnd(gateway, 1014, "the service broke the protocol");
        }
    }

    @Test
    void anUpstreamThatLeavesBetweenFramesEndsWith1014() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    x.out().write(Frames.text(false, "good"));
                    x.socket().close();
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.read().text()).isEqualTo("good");
            assertThat(client.readClose()).isEqualTo(1014);
            assertThat(client.isEnded()).isTrue();
            assertEnd(gateway, 1014, "the service left");
        }
    }

    @Test
    void withinAFrameNoCloseFrameIsPut() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    byte[] frame = Frames.text(false, "x".repeat(1_000));
                    x.out().write(frame, 0, 500);
                    x.socket().close();
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.raw().rest()).hasSize(500);
            assertEnd(gateway, 1006, "the service left within a frame");
        }
    }

    @Test
    void aFrameThatIsHalfRelayedEndsBeforeOursBegins() throws Exception {
        CompletableFuture<Void> half = new CompletableFuture<>();
        CompletableFuture<Void> faulty = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    byte[] frame = Frames.text(false, "x".repeat(1_000));
                    x.out().write(frame, 0, 500);
                    half.complete(null);
                    faulty.join();
                    x.out().write(frame, 500, frame.length - 500);
                    x.in().read();
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            half.join();
            client.raw().stream().readNBytes(4);
            client.send(Frames.text(false, "without a mask"));
            await().during(Duration.ofMillis(100)).until(() -> true);
            faulty.complete(null);
            assertThat(client.raw().stream().readNBytes(1_000)).hasSize(1_000);
            assertThat(client.readClose()).isEqualTo(1002);
        }
    }

    @Test
    void aClientThatLeavesIsToldToTheUpstream() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "")) {
            SocketClient client = SocketClient.open(gateway.port(), "/ws");
            client.text("hello").read();
            client.close();
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
            assertEnd(gateway, 1006, "the client left");
        }
    }

    @Test
    void aSocketWithoutMessagesEndsWith4408() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "idle_timeout = \"1s\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            client.send(Frames.frame(Frames.FIN | FrameWalker.PING, true, new byte[] {1}));
            assertThat(client.readClose()).isEqualTo(4408);
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(4408);
        }
    }

    @Test
    void halfAFrameIsNoMessage() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "idle_timeout = \"1s\"");
                SocketClient header = SocketClient.open(gateway.port(), "/ws");
                SocketClient content = SocketClient.open(gateway.port(), "/ws")) {
            byte[] frame = Frames.text(true, "never whole");
            header.send(java.util.Arrays.copyOf(frame, 3));
            content.send(java.util.Arrays.copyOf(frame, 9));
            assertThat(header.readClose()).isEqualTo(4408);
            assertThat(content.readClose()).isEqualTo(4408);
        }
    }

    @Test
    void aSilentClientIsAskedAndItsAnswerGoesNoFurther() throws Exception {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    first.complete(SocketServer.read(x).opcode());
                });
                TestGateway gateway = gateway(upstream, "ping = \"1s\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            for (int i = 0; i < 2; i++) {
                SocketClient.Frame ping = client.read();
                assertThat(ping.opcode()).isEqualTo(FrameWalker.PING);
                client.send(Frames.frame(Frames.FIN | FrameWalker.PONG, true, ping.content()));
            }
            client.text("there");
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(Frames.TEXT);
        }
    }

    @Test
    void aClientThatDoesNotAnswerIsCutOff() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "ping = \"1s\"");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            assertThat(client.read().opcode()).isEqualTo(FrameWalker.PING);
            assertThat(client.isEnded()).isTrue();
            assertEnd(gateway, 1006, "the client did not answer a ping");
            assertThat(told.get(10, TimeUnit.SECONDS)).isIn(1001, 1006);
        }
    }

    @Test
    void aClientThatTakesNothingHoldsTheUpstreamBack() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    byte[] frame = Frames.frame(Frames.FIN | Frames.BINARY, false, new byte[60_000]);
                    while (sent.get() < 500L * 1024 * 1024) {
                        x.out().write(frame);
                        sent.addAndGet(frame.length);
                    }
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(new RawClient(gateway.port(), 16 * 1024), "/ws")) {
            long[] last = new long[1];
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        long now = sent.get();
                        boolean still = now > 0 && now == last[0];
                        last[0] = now;
                        return still;
                    });
            // The kernel's buffers and those of the two channels.
            assertThat(sent.get()).isLessThan(32L * 1024 * 1024);
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.read().content()).hasSize(60_000);
            }
            assertThat(sent.get()).isGreaterThan(1_000L * 60_000);
        }
    }

    @Test
    void anUpstreamThatTakesNothingHoldsTheClientBack() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<Long> took = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    SocketServer.accept(x, "");
                    go.join();
                    long bytes = 0;
                    byte[] buffer = new byte[65_536];
                    for (int n = x.in().read(buffer); n >= 0 && bytes < 64L * 1024 * 1024; n = x.in().read(buffer)) {
                        bytes += n;
                    }
                    took.complete(bytes);
                });
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            AtomicLong sent = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                byte[] frame = Frames.frame(Frames.FIN | Frames.BINARY, true, new byte[60_000]);
                try {
                    while (sent.get() < 66L * 1024 * 1024) {
                        client.send(frame);
                        sent.addAndGet(frame.length);
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            long[] last = new long[1];
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        long now = sent.get();
                        boolean still = now > 0 && now == last[0];
                        last[0] = now;
                        return still;
                    });
            assertThat(sent.get()).isLessThan(32L * 1024 * 1024);
            go.complete(null);
            assertThat(took.get(30, TimeUnit.SECONDS)).isGreaterThan(60L * 1024 * 1024);
        }
    }

    @Test
    void atShutdownSocketsEndWith1001WithinTheGrace() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (RawUpstream upstream = new RawUpstream(echoing(told));
                TestGateway gateway = gateway(upstream, "");
                SocketClient client = SocketClient.open(gateway.port(), "/ws")) {
            client.text("hello").read();
            Thread.ofVirtual().start(gateway.gateway()::stop);
            assertThat(client.readClose()).isEqualTo(1001);
            assertThat(client.isEnded()).isTrue();
            assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
        }
    }

    @Test
    void aReloadEndsOnlySocketsOfRoutesThatChange() throws Exception {
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo)) {
            String more = """
                    [[routes]]
                    name = "other"
                    path = "/other"
                    upstream = "origin"
                    websocket = { max_message = "2MB" }
                    """;
            String config = SocketServer.config(upstream.port(), 2, "");
            try (TestGateway gateway = TestGateway.start(config + more);
                    SocketClient kept = SocketClient.open(gateway.port(), "/ws");
                    SocketClient changed = SocketClient.open(gateway.port(), "/other")) {
                changed.text("open").read();
                gateway.gateway()
                        .reload(TestGateway.config(config.replace("\"5s\"", "\"6s\"") + more.replace("2MB", "3MB")));
                assertThat(changed.readClose()).isEqualTo(1012);
                assertThat(kept.text("still here").readMessage().text()).isEqualTo("still here");
                gateway.gateway().reload(TestGateway.config(config.replace("timeout = \"2s\"", "timeout = \"3s\"")));
                assertThat(kept.readClose()).isEqualTo(1012);
            }
        }
    }
}
