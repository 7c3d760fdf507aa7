package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes through the proxy, and what becomes of it when the origin does not behave. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({
    "HTTP_1_1,1,auto",
    "HTTP_1_1,3,auto",
    "HTTP_1_1,1,epoll",
    "HTTP_1_1,1,nio",
    "HTTP_2,1,auto",
    "HTTP_2,3,epoll"
})
class ProxyIT {

    private final ClientProtocol http;
    private final int workers;
    private final String transport;

    ProxyIT(ClientProtocol http, int workers, String transport) {
        this.http = http;
        this.workers = workers;
        this.transport = transport;
    }

    private TestGateway gatewayTo(RawUpstream upstream) throws Exception {
        return gatewayTo(upstream.port(), "");
    }

    private TestGateway gatewayTo(int port, String more) throws Exception {
        return http.forwardingTo(port, workers, "transport = \"" + transport + "\"\n" + more);
    }

    @Test
    void anAnswerPassesWithItsStatusFieldsAndContent() throws Exception {
        try (RawUpstream upstream = new RawUpstream(
                        x -> x.send("HTTP/1.1 207 Multi-Status\r\nX-Own: yes\r\nContent-Length: 5\r\n\r\nhello"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/a/b?c=d&e").read();

            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.field("x-own")).isEqualTo("yes");
            assertThat(answer.field("via")).isEqualTo("1.1 rcommerce-gateway");
            assertThat(answer.field("x-request-id")).startsWith("req_");
            assertThat(upstream.heads().getFirst()).startsWith("GET /a/b?c=d&e HTTP/1.1\r\n");
        }
    }

    @Test
    void connectionsAreKeptAndReusedOnBothSides() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("n" + x.connection()));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/").read().body()).isEqualTo("n1");
            }
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrderAndOneAtATime() throws Exception {
        http.onlyInHttp11("streams are served side by side");
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/0 ")) {
                        Thread.sleep(150);
                    }
                    x.content();
                    x.ok(x.line().split(" ")[1]);
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append(
                        i % 5 == 3
                                ? "POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                                : "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.read().body()).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void contentPassesBothWaysSizedAndChunked() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    String body = x.content();
                    if (x.line().contains("chunked")) {
                        x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                        for (char c : body.toCharArray()) {
                            x.send("1\r\n" + c + "\r\n");
                        }
                        x.send("0\r\n\r\n");
                    } else {
                        x.ok(body);
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            String chunked = "Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
            String sized = "Content-Length: 13\r\n\r\nabc0123456789";
            for (String path : new String[] {"/chunked", "/sized"}) {
                for (String framed : new String[] {chunked, sized}) {
                    client.send("POST " + path + " HTTP/1.1\r\nHost: a\r\n" + framed);
                    assertThat(client.read().body()).isEqualTo("abc0123456789");
                }
            }
        }
    }

    @Test
    void answersWithoutContentKeepTheConnectionInStep() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    switch (x.line().split(" ")[1]) {
                        case "/head" -> x.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
                        case "/204" -> x.send("HTTP/1.1 204 No Content\r\n\r\n");
                        case "/304" -> x.send("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nContent-Length: 99\r\n\r\n");
                        default -> x.ok("");
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read(true).field("content-length")).isEqualTo("1234");
            assertThat(client.get("/204").read().status()).isEqualTo(204);
            assertThat(client.get("/304").read().field("etag")).isEqualTo("\"e\"");
            assertThat(client.get("/empty").read().field("content-length")).isEqualTo("0");
            assertThat(upstream.connections()).isEqualTo(1);
            await().until(() -> gateway.finished().size() == 4);
            assertThat(gateway.finished()).allMatch(one -> one.failure().isEmpty());
        }
    }

    @Test
    void anAnswerEndedByTheConnectionIsPassedOnInChunks() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
                    x.socket().close();
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/").read();
            assertThat(answer.body()).isEqualTo("until the end");
            assertThat(answer.field("transfer-encoding")).isEqualTo("chunked");
            assertThat(client.get("/").read().body()).isEqualTo("until the end");
        }
    }

    @Test
    void interimAnswersArePassedOn() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
                    x.send("HTTP/1.1 100 Continue\r\n\r\n");
                    x.ok(x.content());
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.read().field("link")).isEqualTo("</a.css>");
            assertThat(client.read().status()).isEqualTo(100);
            client.send("body");
            assertThat(client.read().body()).isEqualTo("body");
            assertThat(client.get("/").read().status()).isEqualTo(103);
        }
    }

    @Test
    void aRefusedExpectationSavesTheUpload() throws Exception {
        try (RawUpstream upstream =
                        new RawUpstream(x -> x.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4000000\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(403);
            assertThat(http.isHttp2() || client.isEnded()).isTrue();
        }
    }

    @Test
    void aPooledConnectionThatDiedIsReplacedUnseen() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.connection() == 1 && x.line().contains("/second")) {
                        x.socket().close();
                    } else {
                        x.ok("c" + x.connection());
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            assertThat(client.get("/first").read().body()).isEqualTo("c1");
            assertThat(client.get("/second").read().body()).isEqualTo("c2");
            assertThat(gateway.finished()).allMatch(one -> one.failure().isEmpty());
        }
    }

    @Test
    void aRequestThatMayNotBeRepeatedIsNot() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().startsWith("POST")) {
                        x.content();
                        x.socket().close();
                    } else {
                        x.ok("");
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.get("/").read();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            assertThat(client.read().status()).isEqualTo(502);
            assertThat(upstream.heads().stream().filter(head -> head.startsWith("POST")))
                    .hasSize(1);
        }
    }

    @Test
    void idleConnectionsThatTheOriginClosesAreNotUsed() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("c" + x.connection()));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.get("/").read();
            upstream.closeConnections();
            Thread.sleep(50);
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            assertThat(client.read().body()).isEqualTo("c2");
        }
    }

    @Test
    void anAnswerCutOffIsNotEndedAsIfWhole() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send(
                            x.line().contains("chunked")
                                    ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                                    : "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                    Thread.sleep(50);
                    x.socket().close();
                });
                TestGateway gateway = gatewayTo(upstream)) {
            for (String path : new String[] {"/chunked", "/sized"}) {
                try (RawClient client = gateway.client()) {
                    client.get(path);
                    assertThatThrownBy(client::read).isInstanceOf(EOFException.class);
                }
            }
            await().until(() -> gateway.finished().size() == 2);
            assertThat(gateway.finished()).allMatch(one -> one.failure().equals("upstream_reset"));
        }
    }

    @Test
    void anOriginThatLiesAboutItsFramingIsABadGateway() throws Exception {
        String[] lies = {
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "garbage\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        };
        for (String lie : lies) {
            try (RawUpstream upstream = new RawUpstream(x -> x.send(lie));
                    TestGateway gateway = gatewayTo(upstream);
                    RawClient client = gateway.client()) {
                RawClient.Answer answer = client.get("/").read();
                assertThat(answer.status()).as(lie).isEqualTo(502);
                assertThat(answer.body())
                        .contains("\"code\":\"UPSTREAM_ERROR\"")
                        .contains("\"request_id\":\"req_");
            }
        }
    }

    @Test
    void bytesBehindAnAnswerNeverReachAnotherRequest() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3));
            for (int i = 0; i < 3; i++) {
                assertThat(client.read().body()).isEqualTo("mine");
            }
        }
    }

    @Test
    void anOriginThatNeverAnswersIsAGatewayTimeout() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> Thread.sleep(5000));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/").read();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.body()).contains("UPSTREAM_TIMEOUT");
        }
    }

    @Test
    void anOriginThatIsNotThereIsABadGateway() throws Exception {
        // Bound, so that nobody else gets the port, and not listening.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            anOriginThatIsNotThereIsABadGateway(taken.getLocalPort());
        }
    }

    private void anOriginThatIsNotThereIsABadGateway(int free) throws Exception {
        try (TestGateway gateway = gatewayTo(free, "");
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/").read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("UPSTREAM_UNREACHABLE");
        }
    }

    @Test
    void aClientThatLeavesEndsTheRequestUpstream() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.in().read() < 0) {
                        ended.countDown();
                    }
                });
                TestGateway gateway = gatewayTo(upstream)) {
            try (RawClient client = gateway.client()) {
                client.get("/");
                await().until(() -> upstream.heads().size() == 1);
            }
            assertThat(ended.await(2, TimeUnit.SECONDS)).isTrue();
            await().until(() -> gateway.finished().size() == 1);
            assertThat(gateway.finished().getFirst().status()).isEqualTo(499);
        }
    }

    @Test
    void anEarlyAnswerToAnUploadArrives() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
                    Thread.sleep(100);
                    x.socket().close();
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nonly a part");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("no");
        }
    }

    @Test
    void contentBeyondTheBoundIsRefused() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = gatewayTo(upstream.port(), "max_request_body = \"1KB\"")) {
            try (RawClient client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(413);
            }
            try (RawClient client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n" + "x".repeat(1025)
                        + "\r\n0\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(413);
            }
            try (RawClient client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1024\r\n\r\n" + "x".repeat(1024));
                assertThat(client.read().body()).hasSize(1024);
            }
        }
    }

    @Test
    void anOldClientGetsAnAnswerItUnderstands() throws Exception {
        http.onlyInHttp11("HTTP/1.0");
        try (RawUpstream upstream = new RawUpstream(
                        x -> x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.send("GET / HTTP/1.0\r\n\r\n").read();
            assertThat(answer.body()).isEqualTo("hi");
            assertThat(answer.field("transfer-encoding")).isNull();
            assertThat(answer.field("connection")).isEqualTo("close");
        }
    }

    @Test
    void stoppingLosesNoAcceptedRequest() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    arrived.countDown();
                    Thread.sleep(300);
                    x.ok("late");
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient busy = gateway.client();
                RawClient idle = gateway.client()) {
            busy.get("/");
            arrived.await();
            Thread stopping = Thread.ofVirtual().start(gateway::close);
            assertThat(idle.isEnded()).isTrue();
            RawClient.Answer answer = busy.read();
            assertThat(answer.body()).isEqualTo("late");
            assertThat(answer.field("connection")).isEqualTo(http.isHttp2() ? null : "close");
            stopping.join();
        }
    }

    @Test
    void stoppingCutsOffNoAnswerThatIsStillBeingTaken() throws Exception {
        String body = "x".repeat(12_000_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream);
                RawClient slow = gateway.client()) {
            slow.get("/");
            await().until(() -> !upstream.heads().isEmpty());
            Thread.sleep(300);
            Thread stopping = Thread.ofVirtual().start(gateway::close);
            Thread.sleep(800);
            assertThat(slow.read().body()).hasSize(body.length());
            stopping.join();
        }
    }

    @Test
    void aClientThatAskedToCloseAndTakesNothingIsLetGo() throws Exception {
        http.onlyInHttp11("no request has Connection");
        String body = "x".repeat(12_000_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream.port(), "body_timeout = \"500ms\"");
                RawClient client = gateway.client()) {
            client.get("/", "Connection: close");
            await().until(() -> gateway.openConnections() == 0);
        }
    }

    @Test
    void aClientThatPausesLongerThanTheOriginMayIsNotTheOriginsFault() throws Exception {
        String body = "x".repeat(30_000_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.get("/");
            Thread.sleep(2500);
            assertThat(client.read().body()).hasSize(body.length());
        }
    }

    @Test
    void aClientThatHasEndedItsSideIsAnswered() throws Exception {
        http.onlyInHttp11("requests in order");
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    go.await(5, TimeUnit.SECONDS);
                    x.ok(x.line().split(" ")[1] + x.content());
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send(
                    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\n"
                            + "Host: a\r\n\r\n");
            client.endOutput();
            await().until(() -> upstream.heads().size() == 1);
            go.countDown();
            List<String> bodies = new ArrayList<>();
            while (bodies.size() < 3) {
                RawClient.Answer answer = client.read();
                if (answer.status() != 100) {
                    bodies.add(answer.body());
                }
            }
            assertThat(bodies).containsExactly("/1", "/2abc", "/3");
            assertThat(client.isEnded()).isTrue();
            await().until(() -> gateway.openConnections() == 0);
        }
    }

    @Test
    void whatIsIncompleteBehindTheEndOfAClientsSideReachesNobody() throws Exception {
        http.onlyInHttp11("requests in order");
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    go.await(5, TimeUnit.SECONDS);
                    x.ok("whole");
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabcde");
            client.endOutput();
            await().until(() -> upstream.heads().size() == 1);
            go.countDown();
            RawClient.Answer answer = client.read();
            while (answer.status() == 100) {
                answer = client.read();
            }
            assertThat(answer.body()).isEqualTo("whole");
            assertThat(client.rest()).isEmpty();
            await().until(() -> gateway.openConnections() == 0);
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @Test
    void aClientOfHttp10ThatHasEndedItsSideGetsTheAnswerAlone() throws Exception {
        http.onlyInHttp11("HTTP/1.0");
        try (RawUpstream upstream = new RawUpstream(x -> {
                    Thread.sleep(300);
                    x.ok("ok");
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n").endOutput();
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        }
    }

    @Test
    void whoEndsItsSideInTheMiddleOfARequestIsLetGo() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = gatewayTo(upstream)) {
            for (String part : List.of("", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")) {
                try (RawClient client = gateway.client()) {
                    client.send(part).endOutput();
                    assertThat(client.isEnded()).as(part).isTrue();
                }
            }
            await().until(() -> gateway.openConnections() == 0);
        }
    }

    @Test
    void aResetIsNoticedAtOnceWhateverIsBeingWaitedFor() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> Thread.sleep(3000));
                TestGateway gateway = gatewayTo(upstream.port(), "body_timeout = \"60s\"")) {
            for (String part : List.of(
                    "",
                    "GET / HT",
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + "x".repeat(200_000))) {
                for (int i = 0; i < 5; i++) {
                    RawClient client = gateway.client();
                    client.send(part);
                    client.reset();
                }
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(() -> assertThat(gateway.openConnections())
                                .as(part.length() + " bytes, then a reset")
                                .isZero());
            }
        }
    }
}
