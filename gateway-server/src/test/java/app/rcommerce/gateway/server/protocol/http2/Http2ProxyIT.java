package app.rcommerce.gateway.server.protocol.http2;

import static app.rcommerce.gateway.server.protocol.http2.Http2Gateway.metric;
import static app.rcommerce.gateway.server.testing.Http2Client.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Http2Client.Answer;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes through the proxy for clients of HTTP/2, and what becomes of it when one side does not behave. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({"1,auto", "3,auto", "1,epoll", "1,nio"})
class Http2ProxyIT {

    private final int workers;
    private final String transport;

    Http2ProxyIT(int workers, String transport) {
        this.workers = workers;
        this.transport = transport;
    }

    private TestGateway gatewayTo(RawUpstream upstream) throws Exception {
        return gatewayTo(upstream, "");
    }

    private TestGateway gatewayTo(RawUpstream upstream, String more) throws Exception {
        return Http2Gateway.forwardingTo(upstream.port(), workers, "transport = \"" + transport + "\"\n" + more);
    }

    /** A client whose windows are as small as they are at the beginning, or smaller. */
    private static Http2Client modest(TestGateway gateway, int... settings) throws Exception {
        return new Http2Client(Http2Client.connected(gateway.port()), false, settings);
    }

    @Test
    void anAnswerPassesWithItsStatusFieldsAndContent() throws Exception {
        try (RawUpstream upstream = new RawUpstream(
                        x -> x.send(
                                "HTTP/1.1 207 Multi-Status\r\nX-Own: yes\r\nConnection: x-hop\r\nX-Hop: 1\r\nContent-Length: 5\r\n\r\nhello"));
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            Answer answer = client.read(client.get("/a/b?c=d&e"));

            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.field("x-own")).isEqualTo("yes");
            assertThat(answer.field("x-hop")).isNull();
            assertThat(answer.field("via")).isEqualTo("1.1 rcommerce-gateway");
            assertThat(answer.field("x-request-id")).startsWith("req_");
            assertThat(upstream.heads().getFirst()).startsWith("GET /a/b?c=d&e HTTP/1.1\r\n");
            assertThat(metric(gateway, "gateway_client_requests_total{protocol=\"h2\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void requestsAreServedSideBySide() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/waits")) {
                        first.await(10, TimeUnit.SECONDS);
                    }
                    x.ok(x.line().split(" ")[1] + x.content());
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            int waiting = client.get("/waits");
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                int stream = i % 5 == 3 ? client.post("/" + i) : client.get("/" + i);
                streams.add(stream);
                if (i % 5 == 3) {
                    client.data(stream, "abc", true);
                }
            }
            for (int i = 0; i < 80; i++) {
                assertThat(client.read(streams.get(i)).body()).isEqualTo("/" + i + (i % 5 == 3 ? "abc" : ""));
            }
            first.countDown();
            assertThat(client.read(waiting).body()).isEqualTo("/waits");
        }
    }

    @Test
    void interimAnswersAndTrailersPass() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                    x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Status\r\n\r\n3\r\nabc\r\n");
                    x.send("0\r\nGrpc-Status: 0\r\nContent-Length: 9\r\nConnection: close\r\n\r\n");
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            Answer answer = client.read(client.get("/"));
            assertThat(answer.statuses()).containsExactly("103", "200", "");
            assertThat(answer.body()).isEqualTo("abc");
            assertThat(answer.field("transfer-encoding")).isNull();
            assertThat(answer.trailer("grpc-status")).isEqualTo("0");
            assertThat(answer.trailer("content-length")).isNull();
            assertThat(answer.trailer("connection")).isNull();
        }
    }

    @Test
    void anAnswerCutOffIsNotEndedAsIfWhole() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    boolean sized = x.line().contains("/sized");
                    x.send(
                            sized
                                    ? "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"
                                    : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
                    x.socket().close();
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            for (String path : new String[] {"/sized", "/chunked"}) {
                Answer answer = client.read(client.get(path));
                assertThat(answer.body()).isEqualTo("12345");
                assertThat(answer.isEnded()).isFalse();
                assertThat(answer.reset()).isEqualTo(2);
            }
        }
    }

    @Test
    void aResetEndsTheRequestUpstream() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/left")) {
                        while (x.in().read() >= 0) {
                            // The gateway closes what it has given up.
                        }
                        gone.countDown();
                        x.socket().close();
                    } else {
                        x.ok("here");
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            int stream = client.get("/left");
            await().until(() -> upstream.heads().size() == 1);
            client.send(Http2Client.RST_STREAM, 0, stream, number(Http2Client.CANCEL));
            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
            await().until(() -> gateway.finished().size() == 1);
            assertThat(gateway.finished().getFirst().status()).isEqualTo(499);
            assertThat(client.read(client.get("/")).body()).isEqualTo("here");
        }
    }

    @Test
    void aClientThatLeavesEndsItsRequestsUpstream() throws Exception {
        CountDownLatch gone = new CountDownLatch(2);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    while (x.in().read() >= 0) {
                        // The gateway closes what it has given up.
                    }
                    gone.countDown();
                    x.socket().close();
                });
                TestGateway gateway = gatewayTo(upstream)) {
            Http2Client client = new Http2Client(gateway.port());
            client.get("/1");
            client.get("/2");
            await().until(() -> upstream.heads().size() == 2);
            client.close();
            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
            await().until(() -> gateway.openConnections() == 0);
        }
    }

    /** What an upstream does not take is not taken from the client either. */
    @Test
    void anUpstreamThatTakesNothingClosesTheWindow() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong length = new AtomicLong();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/slow")) {
                        go.await(10, TimeUnit.SECONDS);
                        length.set(x.content().length());
                    }
                    x.ok("done");
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = modest(gateway)) {
            client.settle();
            int size = 32 * 1024 * 1024;
            int stream = client.post("/slow", "content-length", "" + size);
            int window = 64 * 1024;
            int connection = 1024 * 1024;
            int sent = 0;
            client.socket().setSoTimeout(1_000);
            try {
                while (sent < size) {
                    int piece = Math.min(Math.min(16_384, window), Math.min(connection, size - sent));
                    if (piece > 0) {
                        sent += piece;
                        window -= piece;
                        connection -= piece;
                        client.send(Http2Client.DATA, sent == size ? 1 : 0, stream, new byte[piece]);
                    } else {
                        Http2Client.Frame update = client.readUntil(Http2Client.WINDOW_UPDATE);
                        if (update.stream() == stream) {
                            window += update.number(0);
                        } else {
                            connection += update.number(0);
                        }
                    }
                }
            } catch (SocketTimeoutException e) {
                // No more room: what is on its way lies in the kernel's buffers and in one window.
            }
            assertThat(sent).as("sent though nobody takes it").isLessThan(size);
            assertThat(client.socket().isClosed()).isFalse();
            client.socket().setSoTimeout(10_000);
            assertThat(client.read(client.get("/other")).body())
                    .as("another stream")
                    .isEqualTo("done");
            go.countDown();
            while (sent < size) {
                Http2Client.Frame update = client.readUntil(Http2Client.WINDOW_UPDATE);
                window += update.stream() == stream ? update.number(0) : 0;
                connection += update.stream() == stream ? 0 : update.number(0);
                for (int piece = Math.min(Math.min(16_384, window), Math.min(connection, size - sent));
                        piece > 0;
                        piece = Math.min(Math.min(16_384, window), Math.min(connection, size - sent))) {
                    sent += piece;
                    window -= piece;
                    connection -= piece;
                    client.send(Http2Client.DATA, sent == size ? 1 : 0, stream, new byte[piece]);
                }
            }
            assertThat(client.read(stream).body()).isEqualTo("done");
            assertThat(length).hasValue(size);
        }
    }

    /** What nobody takes yet lies here: of all streams together no more than the connection's window. */
    @Test
    void contentThatWaitsForAnUpstreamIsBoundedByTheWindowOfTheConnection() throws Exception {
        int window = 256 * 1024;
        int piece = 10_000;
        List<Socket> before = new ArrayList<>();
        // It accepts nobody, and has no room for more that wait.
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                TestGateway gateway = TestGateway.start(
                        Http2Gateway.forwarding(deaf.getLocalPort(), workers, "transport = \"" + transport + "\"")
                                        .replace("connect_timeout = \"1s\"", "connect_timeout = \"2s\"")
                                + "[server.http2]\nconnection_window = \"256KB\"\n");
                Http2Client client = modest(gateway)) {
            for (int i = 0; i < 2; i++) {
                before.add(Http2Client.connected(deaf.getLocalPort()));
            }
            client.readUntil(Http2Client.WINDOW_UPDATE);
            List<Integer> waiting = new ArrayList<>();
            for (int sent = 0; sent + 4 * piece <= window; sent += 4 * piece) {
                int stream = client.post("/", "content-length", "" + 4 * piece);
                waiting.add(stream);
                for (int i = 0; i < 4; i++) {
                    client.send(Http2Client.DATA, i == 3 ? Http2Client.END_STREAM : 0, stream, new byte[piece]);
                }
                // Whatever is given back is given back by now.
                client.settle();
                assertThat(client.updates())
                        .as("enlarged, but for the first time")
                        .isEqualTo(1);
            }
            for (int stream : waiting) {
                assertThat(client.read(stream).status()).isIn(502, 504);
            }
            client.settle();
            assertThat(client.updates()).as("given back with the answers").isGreaterThan(1);
        } finally {
            for (Socket one : before) {
                one.close();
            }
        }
    }

    /** The bomb with a window of zero: many large answers are asked for and none is taken. */
    @Test
    void whatAClientDoesNotTakeIsNotFetched() throws Exception {
        AtomicLong fetched = new AtomicLong();
        byte[] piece = new byte[64 * 1024];
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/large")) {
                        x.send("HTTP/1.1 200 OK\r\nContent-Length: " + 1_000L * piece.length + "\r\n\r\n");
                        for (int i = 0; i < 1_000; i++) {
                            x.out().write(piece);
                            fetched.addAndGet(piece.length);
                        }
                    } else {
                        x.ok("small");
                    }
                });
                TestGateway gateway = gatewayTo(upstream, "body_timeout = \"2s\"");
                Http2Client client = modest(gateway, Http2Client.INITIAL_WINDOW_SIZE, 0);
                Http2Client other = new Http2Client(gateway.port())) {
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                streams.add(client.get("/large" + i));
            }
            client.settle();
            for (int i = 0; i < 20; i++) {
                assertThat(other.read(other.get("/small")).body()).isEqualTo("small");
            }
            // What lies in the kernel's buffers of 50 connections, too, not 3 GB.
            assertThat(fetched.get()).isLessThan(50L * 12 * 1024 * 1024);
            for (int stream : streams) {
                assertThat(client.read(stream).reset()).isEqualTo(Http2Client.CANCEL);
            }
            assertThat(metric(gateway, "gateway_http2_streams_slow_total{side=\"answer\"}"))
                    .isEqualTo(50);
            await().untilAsserted(() -> assertThat(metric(gateway, "gateway_upstream_requests{upstream=\"origin\"}"))
                    .isZero());
        }
    }

    @Test
    void whoTakesAnAnswerBitByBitGetsAllOfIt() throws Exception {
        String body = "0123456789".repeat(30_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream, "body_timeout = \"2s\"");
                Http2Client client = modest(gateway, Http2Client.INITIAL_WINDOW_SIZE, 1_000)) {
            int stream = client.get("/");
            Answer answer = client.soFar(stream);
            while (!answer.isEnded()) {
                int before = answer.length();
                client.send(Http2Client.WINDOW_UPDATE, 0, stream, number(20_000));
                client.send(Http2Client.WINDOW_UPDATE, 0, 0, number(20_000));
                while (!answer.isEnded() && answer.length() < before + 1_000) {
                    client.read();
                }
            }
            assertThat(answer.body()).isEqualTo(body);
        }
    }

    @Test
    void contentThatComesTooSlowlyIsCutOff() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = gatewayTo(upstream, "body_timeout = \"400ms\"");
                Http2Client client = new Http2Client(gateway.port())) {
            int stream = client.post("/", "content-length", "100");
            client.data(stream, "x", false);
            Answer answer = client.read(stream);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(metric(gateway, "gateway_http2_streams_slow_total{side=\"content\"}"))
                    .isEqualTo(1);
            assertThat(client.read(client.get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void stoppingLosesNoAcceptedRequest() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    go.await(10, TimeUnit.SECONDS);
                    x.ok("whole");
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port());
                Http2Client idle = new Http2Client(gateway.port())) {
            int first = client.get("/");
            await().until(() -> upstream.heads().size() == 1);
            idle.settle();
            Thread stopping = Thread.ofVirtual().start(gateway::close);
            client.readUntil(Http2Client.GOAWAY);
            assertThat(client.goAways().getFirst().number(0)).isEqualTo(Integer.MAX_VALUE);
            int late = client.get("/late");
            await().until(() -> upstream.heads().size() == 2);
            client.readUntil(Http2Client.GOAWAY);
            assertThat(client.goAways().getLast().number(0)).isEqualTo(late);
            go.countDown();
            assertThat(client.read(first).body()).isEqualTo("whole");
            assertThat(client.read(late).body()).isEqualTo("whole");
            assertThat(client.end()).isEqualTo(Http2Client.NO_ERROR);
            assertThat(idle.end()).isEqualTo(Http2Client.NO_ERROR);
            stopping.join(Duration.ofSeconds(5));
        }
    }

    @Test
    void aClientThatHasEndedItsSideIsAnswered() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    Thread.sleep(300);
                    x.ok("answer");
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            client.settle();
            int whole = client.get("/");
            int half = client.post("/");
            client.socket().shutdownOutput();
            assertThatThrownBy(() -> {
                        while (true) {
                            client.read();
                        }
                    })
                    .isInstanceOf(java.io.IOException.class);
            assertThat(client.soFar(whole).body()).isEqualTo("answer");
            assertThat(client.soFar(half).reset()).isEqualTo(Http2Client.CANCEL);
            await().until(() -> gateway.openConnections() == 0);
        }
    }
}
