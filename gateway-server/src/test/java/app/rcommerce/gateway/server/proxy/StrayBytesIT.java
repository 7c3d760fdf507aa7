package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an origin sends behind an answer belongs to nobody, and what it sends that is no answer becomes 502. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(strings = {"auto", "epoll", "nio"})
class StrayBytesIT {

    private static final String FORGED = "HTTP/1.1 200 OK\r\nSet-Cookie: other=1\r\nContent-Length: 6\r\n\r\nforged";
    private static final String HALF_A_HEAD = "HTTP/1.1 200 OK\r\nSet-Cookie: other=1\r\n";

    /** So much is read at a time from a connection that is new. */
    private static final int FIRST_READ = 2048;

    private final String transport;

    StrayBytesIT(String transport) {
        this.transport = transport;
    }

    private TestGateway gatewayTo(RawUpstream upstream) throws Exception {
        return TestGateway.forwardingTo(upstream.port(), 1, "transport = \"" + transport + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, HTTP/1.1 200 OK|Content-Length: 5||",
        "GET, HTTP/1.1 204 No Content||",
        "GET, HTTP/1.1 304 Not Modified||",
        "GET, HTTP/1.1 200 OK|Content-Length: 2||ok",
        "GET, HTTP/1.1 200 OK|Content-Length: 0||",
        "GET, HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|ok|0||",
    })
    void bytesBehindAnAnswerNeverReachTheNextClient(String method, String answer) throws Exception {
        for (String behind :
                new String[] {"hello", "\r\n", "\r\n\r\n", HALF_A_HEAD, FORGED, "\0", "HTTP/1.1 204 No Content\r\n\r\n"
                }) {
            try (RawUpstream upstream = new RawUpstream(x -> {
                        if (x.line().contains("/first")) {
                            x.send(answer.replace("|", "\r\n") + behind);
                        } else {
                            x.ok("mine");
                        }
                    });
                    TestGateway gateway = gatewayTo(upstream);
                    RawClient one = gateway.client();
                    RawClient other = gateway.client()) {
                one.send(method + " /first HTTP/1.1\r\nHost: a\r\n\r\n").read(method.equals("HEAD"));
                RawClient.Answer next = other.get("/second").read();
                assertThat(next.status()).as(behind).isEqualTo(200);
                assertThat(next.body()).as(behind).isEqualTo("mine");
                assertThat(next.field("set-cookie")).as(behind).isNull();
                assertThat(upstream.connections()).as(behind).isEqualTo(2);
            }
        }
    }

    /** An answer that ends where a read ends leaves what is behind it in the socket, though it came with it. */
    @Test
    void bytesBehindAnAnswerThatFillsAReadNeverReachAnotherClient() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        Queue<String> strange = new ConcurrentLinkedQueue<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/first")) {
                        x.send(filling(FIRST_READ) + FORGED);
                    } else {
                        x.ok("mine");
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient one = gateway.client()) {
            List<Thread> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(Thread.ofVirtual().start(() -> {
                    try (RawClient other = gateway.client()) {
                        while (!over.get()) {
                            String body = other.get("/second").read().body();
                            asked.incrementAndGet();
                            if (!body.equals("mine")) {
                                strange.add(body);
                            }
                        }
                    } catch (IOException e) {
                        strange.add(e.toString());
                    }
                }));
            }
            for (int i = 0; i < 1_000; i++) {
                one.get("/first").read();
            }
            over.set(true);
            for (Thread other : others) {
                other.join(TimeUnit.SECONDS.toMillis(5));
            }
        }
        assertThat(asked.get()).isPositive();
        assertThat(strange).isEmpty();
    }

    /** An answer of so many bytes, head and content. */
    private static String filling(int bytes) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
        int content = bytes - head.length() - "1000\r\n\r\n".length();
        return head + content + "\r\n\r\n" + "x".repeat(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\r\n", HALF_A_HEAD, FORGED})
    void bytesThatComeAMomentAfterTheReleaseEndTheConnection(String late) throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.ok("mine");
                    if (x.line().contains("/first")) {
                        taken.await(5, TimeUnit.SECONDS);
                        x.send(late);
                        // Nothing more is asked on this connection: the gateway ends it.
                        while (x.in().read() >= 0) {
                            x.out().write('?');
                        }
                        closed.countDown();
                    }
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.get("/first").read();
            taken.countDown();
            assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
            RawClient.Answer next = client.get("/second").read();
            assertThat(next.body()).isEqualTo("mine");
            assertThat(next.field("set-cookie")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 099 Low",
                "HTTP/1.1 99 Low",
                "HTTP/1.1 0 Low",
                "HTTP/1.1 1000 High",
                "HTTP/1.1 0200 OK",
                "HTTP/1.1 20 OK",
                "HTTP/1.1 +20 OK",
                "HTTP/1.1 -20 OK",
                "HTTP/1.1 2 00 OK",
                "HTTP/1.1 abc OK",
                "HTTP/2.0 200 OK",
                "HTTP/0.9 200 OK",
                "HTTP/1.1",
                "ICY 200 OK",
                "http/1.1 200 OK",
                "HTTP/1.1 200 O\u0001K",
                "HTTP/1.10 200 OK",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked, chunked",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "HTTP/1.1 200 OK|Transfer-Encoding: identity",
                "HTTP/1.0 200 OK|Transfer-Encoding: chunked",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked|Content-Length: 0",
                "HTTP/1.1 204 OK|Transfer-Encoding: gzip",
                "HTTP/1.1 200 OK|Content-Length: 0|Content-Length: 1",
                "HTTP/1.1 200 OK|Content-Length: 0, 1",
                "HTTP/1.1 200 OK|Content-Length: -1",
                "HTTP/1.1 200 OK|Content-Length: +0",
                "HTTP/1.1 200 OK|Content-Length: 0x0",
                "HTTP/1.1 200 OK|Content-Length: ",
                "HTTP/1.1 200 OK|: 1",
                "HTTP/1.1 200 OK|No colon",
                "HTTP/1.1 200 OK|Set-Cookie x: 1",
                "HTTP/1.1 200 OK|X: a\u0000b",
                "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: upgrade"
            })
    void whatCannotBeUnderstoodBecomes502Once(String head) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.send(head.replace("|", "\r\n") + "\r\n\r\n"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/").read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("\"UPSTREAM_ERROR\"");
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 600 Own", "HTTP/1.1 999 Own", "HTTP/1.1 299", "HTTP/1.1 299 ", "HTTP/1.0 200 OK"})
    void whatCanBeUnderstoodPasses(String line) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.send(line + "\r\nContent-Length: 2\r\n\r\nok"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/").read();
            assertThat(answer.status()).isEqualTo(Integer.parseInt(line.split(" ")[1]));
            assertThat(answer.body()).isEqualTo("ok");
        }
    }

    @Test
    void whiteSpaceBeforeAColonIsTakenOff() throws Exception {
        try (RawUpstream upstream =
                        new RawUpstream(x -> x.send("HTTP/1.1 200 OK\r\nX-Own : 1\r\nContent-Length: 2\r\n\r\nok"));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/").read();
            assertThat(answer.field("x-own")).isEqualTo("1");
            assertThat(answer.body()).isEqualTo("ok");
        }
    }

    @Test
    void interimAnswersWithoutEndBecome502() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(33));
                    x.ok("late");
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.get("/");
            RawClient.Answer answer = client.read();
            while (answer.status() == 103) {
                answer = client.read();
            }
            assertThat(answer.status()).isEqualTo(502);
        }
    }
}
