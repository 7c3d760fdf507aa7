package app.rcommerce.gateway.server.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that must never reach an origin, and what their senders are told. */
@ExtendWith(Leaks.class)
class BadRequestIT {

    private static RawUpstream upstream;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        upstream = new RawUpstream(x -> x.ok(x.content()));
        gateway = TestGateway.forwardingTo(
                upstream.port(),
                2,
                "max_request_line = \"1KB\"\nmax_header_size = \"2KB\"\nheader_timeout = \"300ms\"");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        upstream.close();
    }

    private static Arguments bad(String what, int status, String request) {
        return Arguments.of(what, status, request);
    }

    static Stream<Arguments> requests() {
        String post = "POST / HTTP/1.1\r\nHost: a\r\n";
        String get = "GET / HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                bad("both lengths", 400, post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("two lengths", 400, post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
                bad("two equal lengths", 400, post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                bad("a list of lengths", 400, post + "Content-Length: 3, 3\r\n\r\nabc"),
                bad("a signed length", 400, post + "Content-Length: +3\r\n\r\nabc"),
                bad("a negative length", 400, post + "Content-Length: -3\r\n\r\nabc"),
                bad("a hexadecimal length", 400, post + "Content-Length: 0x3\r\n\r\nabc"),
                bad("an endless length", 400, post + "Content-Length: 99999999999999999999\r\n\r\nabc"),
                bad("an empty length", 400, post + "Content-Length:\r\n\r\n"),
                bad("another coding", 501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                bad(
                        "chunked twice",
                        400,
                        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("chunked not last", 400, post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
                bad("an obfuscated coding", 400, post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                bad("a coding with a tab", 400, post + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n"),
                bad("a coding in HTTP/1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("a space before the colon", 400, get + "Content-Length : 3\r\n\r\n"),
                bad("a bare line feed", 400, "GET / HTTP/1.1\nHost: a\n\n"),
                bad("a bare line feed in the fields", 400, "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
                bad("a bare carriage return", 400, get + "X: a\rb\r\n\r\n"),
                bad("a folded line", 400, get + "X: a\r\n b\r\n\r\n"),
                bad("a line folded at the start", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                bad("a NUL in a value", 400, get + "X: a\0b\r\n\r\n"),
                bad("a control character in a value", 400, get + "X: a\u0001b\r\n\r\n"),
                bad("a DEL in a value", 400, get + "X: a\u007fb\r\n\r\n"),
                bad("a control character in a name", 400, get + "X\u0001: a\r\n\r\n"),
                bad("an empty name", 400, get + ": a\r\n\r\n"),
                bad("no colon", 400, get + "nonsense\r\n\r\n"),
                bad("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
                bad("two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                bad("a Host with a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                bad("a Host with a user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                bad("a list as Host", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                bad("a long request line", 414, "GET /" + "x".repeat(1100) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("a long field", 431, get + "X: " + "x".repeat(2100) + "\r\n\r\n"),
                bad("many fields", 431, get + "X: yyyyyyyyy\r\n".repeat(300) + "\r\n"),
                bad("more fields than may be", 431, get + "X: y\r\n".repeat(100) + "\r\n"),
                bad("an encoded NUL", 400, "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("an encoded line feed", 400, "GET /a%0ab HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("a broken escape", 400, "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("an escape from the root", 400, "GET /%2e%2e/etc HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("a hidden dot segment", 400, "GET /a/..%2fadmin HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("a backslash", 400, "GET /a\\..\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("a fragment", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("a target that is no path", 400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("four parts in the request line", 400, "GET / x HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("two spaces in the request line", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("HTTP/0.9", 400, "GET /\r\n\r\n"),
                bad("HTTP/2.0 as text", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                bad("a method that is no token", 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("CONNECT", 501, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
                bad("an unknown expectation", 417, get + "Expect: magic\r\n\r\n"),
                bad(
                        "an old handshake with hidden content",
                        400,
                        get
                                + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n12345678"),
                bad("a TLS greeting", 400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"));
    }

    @ParameterizedTest(name = "{0} is answered with {1}")
    @MethodSource("requests")
    void isRefusedAndTheConnectionClosed(String what, int status, String request) throws Exception {
        int before = upstream.heads().size();
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.send(request).read();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("content-type")).isEqualTo("application/json");
            assertThat(answer.body()).startsWith("{\"error\":{\"code\":\"").contains("\"request_id\":\"req_");
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(upstream.heads()).hasSize(before);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"zz\r\n", "3\r\nabcd\r\n", "-1\r\n", "3\nabc\r\n", "10000000000000000\r\n", "\r\n"})
    void aBadChunkEndsTheRequestWithoutReachingTheOriginWhole(String chunk) throws Exception {
        try (RawClient client = gateway.client()) {
            client.send("POST /chunk HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void pathsAreNormalisedBeforeAnythingLooksAtThem() throws Exception {
        String[][] cases = {
            {"/a//b", "/a/b"},
            {"/a/./b", "/a/b"},
            {"/a/%2e%2e/b", "/b"},
            {"/a/../b/", "/b/"},
            {"/%61%7e", "/a~"},
            {"/a%2fb", "/a%2Fb"},
            {"/a{b}", "/a%7Bb%7D"},
            {"//", "/"},
            {"/a/..", "/"},
            {"http://other.test:81/x?y", "/x?y"},
        };
        try (RawClient client = gateway.client()) {
            for (String[] one : cases) {
                client.send("GET " + one[0] + " HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.read().status()).as(one[0]).isEqualTo(200);
                assertThat(upstream.heads().getLast()).as(one[0]).startsWith("GET " + one[1] + " HTTP/1.1\r\n");
            }
            assertThat(upstream.heads().getLast()).containsIgnoringCase("host: other.test:81\r\n");
        }
    }

    @Test
    void aHeadThatTakesTooLongEndsTheConnection() throws Exception {
        try (RawClient client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHos");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void emptyLinesBeforeARequestAreIgnored() throws Exception {
        try (RawClient client = gateway.client()) {
            assertThat(client.send("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
    }

    /** Whatever bytes arrive, the gateway goes on serving, and an origin sees nothing but well-formed heads. */
    @Test
    void randomDamageNeverBreaksTheGateway() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] whole =
                ("POST /fuzz HTTP/1.1\r\nHost: a\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                                + "GET /fuzz HTTP/1.1\r\nHost: a\r\n\r\n")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try (RawClient client = gateway.client()) {
                client.send(damaged);
                client.socket().shutdownOutput();
                client.stream().readAllBytes();
            } catch (java.io.IOException e) {
                // A reset is an answer too.
            }
        }
        try (RawClient client = gateway.client()) {
            assertThat(client.get("/").read().status()).as("seed %d", seed).isEqualTo(200);
        }
        assertThat(upstream.heads())
                .as("seed %d", seed)
                .allMatch(
                        head -> head.matches(
                                "(?s)[!#$%&'*+.^_`|~0-9A-Za-z-]+ /\\S* HTTP/1\\.1\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\\x00-\\x08\\x0a-\\x1f\\x7f]*\r\n)+"));
        await().until(() -> gateway.openConnections() == 0);
    }
}
