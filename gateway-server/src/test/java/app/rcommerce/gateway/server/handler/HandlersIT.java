package app.rcommerce.gateway.server.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Routes that answer by themselves, beside one that forwards: under the same policies, on the same connections. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2_MANY_LOOPS"})
class HandlersIT {

    @Parameter
    ClientProtocol http;

    private static final String CONFIG = """
            [server]
            listen = ["127.0.0.1:0"]
            [server.admin]
            listen = "127.0.0.1:0"
            [cache]
            cache_type = "Memory"
            [[auth.api_keys]]
            id = "erp"
            sha256 = "%s"
            [limits.few]
            key = "ip"
            rates = ["3/1h"]
            [upstreams.u]
            servers = ["http://127.0.0.1:%d"]
            [[routes]]
            name = "gone"
            path = "/old/**"
            respond = { status = 410, body = "{\\"gone\\":\\"für immer\\"}", content_type = "application/json" }
            [[routes]]
            name = "plain"
            path = "/robots.txt"
            methods = ["GET", "HEAD"]
            respond = { body = "User-agent: *" }
            [[routes]]
            name = "nothing"
            path = "/ping"
            respond = { status = 204 }
            [[routes]]
            name = "large"
            path = "/large"
            respond = { body = "%s" }
            [[routes]]
            name = "moved"
            path = "/shop/**"
            redirect = { to = "https://shop.example/{path}" }
            [[routes]]
            name = "product"
            path = "/p/{id}"
            redirect = { to = "/products/{id}?from=p", status = 302 }
            [[routes]]
            name = "index"
            path = "/dir/**"
            redirect = { to = "/{path}/index.html", status = 302 }
            [[routes]]
            name = "limited"
            path = "/limited"
            limits = ["few"]
            redirect = { to = "/elsewhere", status = 307 }
            [[routes]]
            name = "secret"
            path = "/secret"
            auth = "required"
            respond = { body = "for those who may" }
            [[routes]]
            name = "all"
            path = "/**"
            upstream = "u"
            """;

    private static final String LARGE = "0123456789".repeat(30_000);

    private TestGateway start(RawUpstream upstream) throws Exception {
        return http.start(CONFIG.formatted(
                app.rcommerce.gateway.identity.Digests.sha256Hex("kkkkkkkk.k"), upstream.port(), LARGE));
    }

    @Test
    void oneBodyIsHeldOnceHoweverManyDoNotTakeIt() throws Exception {
        with((gateway, client) -> {
            List<RawClient> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    RawClient one = gateway.client(4096);
                    silent.add(one);
                    for (int j = 0; j < 30; j++) {
                        one.get("/large");
                    }
                }
                Thread.sleep(1000);
                assertThat(gateway.gateway().metrics().scrape("text/plain").text())
                        .contains("gateway_memory_reserved_bytes{use=\"answers\"} 300000.0");
            } finally {
                for (RawClient one : silent) {
                    one.close();
                }
            }
            await().untilAsserted(() -> assertThat(
                            gateway.gateway().metrics().scrape("text/plain").text())
                    .contains("gateway_memory_reserved_bytes{use=\"answers\"} 0.0"));
        });
    }

    private interface Asked {
        void on(TestGateway gateway, RawClient client) throws Exception;
    }

    private void with(Asked asked) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.content();
                    x.ok("forwarded");
                });
                TestGateway gateway = start(upstream);
                RawClient client = gateway.client()) {
            asked.on(gateway, client);
            // Whatever came before, the connection serves on.
            assertThat(client.get("/x").read().body()).isEqualTo("forwarded");
        }
    }

    @Test
    void whatTheConfigurationSaysIsAnswered() throws Exception {
        with((gateway, client) -> {
            RawClient.Answer gone = client.get("/old/a").read();
            assertThat(gone.status()).isEqualTo(410);
            assertThat(gone.field("content-type")).isEqualTo("application/json");
            assertThat(gone.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                    .asString(java.nio.charset.StandardCharsets.UTF_8)
                    .isEqualTo("{\"gone\":\"für immer\"}");
            assertThat(gone.field("x-request-id")).startsWith("req_");
            assertThat(gone.field("date")).isNotNull();
            RawClient.Answer plain = client.get("/robots.txt").read();
            assertThat(plain.status()).isEqualTo(200);
            assertThat(plain.field("content-type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(plain.body()).isEqualTo("User-agent: *");
            RawClient.Answer nothing = client.get("/ping").read();
            assertThat(nothing.status()).isEqualTo(204);
            assertThat(nothing.field("content-type")).isNull();
            assertThat(nothing.field("content-length")).isNull();
            assertThat(client.get("/large").read().body()).isEqualTo(LARGE);
        });
    }

    @Test
    void aHeadIsAnsweredWithoutContent() throws Exception {
        with((gateway, client) -> {
            RawClient.Answer head = client.send("HEAD /robots.txt HTTP/1.1\r\nHost: shop.test\r\n\r\n")
                    .read(true);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.field("content-length")).isEqualTo("13");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "/shop/a/b, 308, https://shop.example/shop/a/b",
        "/shop/a?b=c&d, 308, https://shop.example/shop/a?b=c&d",
        "/shop//x/../@evil.example, 308, https://shop.example/shop/@evil.example",
        "/p/42?ref=x, 302, /products/42?from=p",
        "/p/a%20b, 302, /products/a%20b?from=p",
        "/dir/, 302, /dir/index.html",
    })
    void clientsAreSentElsewhere(String target, int status, String location) throws Exception {
        with((gateway, client) -> {
            RawClient.Answer answer = client.get(target).read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("location")).isEqualTo(location);
            assertThat(answer.body()).isEmpty();
        });
    }

    @Test
    void contentIsDroppedAndTheConnectionServesOn() throws Exception {
        with((gateway, client) -> {
            client.send("POST /old/a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.read().status()).isEqualTo(410);
            client.send("POST /shop/a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhe");
            assertThat(client.read().status()).isEqualTo(308);
            client.send("llo");
        });
    }

    @Test
    void contentThatNobodyReadsClosesTheConnection() throws Exception {
        http.onlyInHttp11("streams end by themselves");
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("forwarded"));
                TestGateway gateway = start(upstream);
                RawClient client = gateway.client()) {
            client.send("POST /old/a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1000000\r\n\r\n");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(410);
            assertThat(answer.field("connection")).isEqualTo("close");
        }
    }

    /** It has said all it wanted to ask, and waits for the answers (RFC 9112 §9.6). */
    @Test
    void whoEndsItsSideBehindWholeRequestsGetsAllAnswers() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("forwarded"));
                TestGateway gateway = start(upstream)) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = gateway.client()) {
                    client.send("GET /robots.txt HTTP/1.1\r\nHost: shop.test\r\n\r\n".repeat(3))
                            .endOutput();
                    for (int n = 0; n < 3; n++) {
                        assertThat(client.read().body()).isEqualTo("User-agent: *");
                    }
                    assertThat(client.isEnded()).isTrue();
                }
                try (RawClient client = gateway.client()) {
                    client.send("POST /old/a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi")
                            .endOutput();
                    assertThat(client.read().status()).isEqualTo(410);
                }
            }
        }
    }

    @Test
    void policiesHoldAsTheyDoForProxies() throws Exception {
        with((gateway, client) -> {
            List<Integer> statuses = IntStream.range(0, 4)
                    .mapToObj(i -> {
                        try {
                            return client.get("/limited").read().status();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
            assertThat(statuses).containsExactly(307, 307, 307, 429);
            assertThat(client.get("/secret").read().status()).isEqualTo(401);
            assertThat(client.get("/secret", "X-API-Key: kkkkkkkk.k").read().body())
                    .isEqualTo("for those who may");
            assertThat(client.send("POST /robots.txt HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n")
                            .read()
                            .status())
                    .as("the catch-all takes other methods")
                    .isEqualTo(200);
        });
    }

    @Test
    void requestsAreToldByTheirRoutes() throws Exception {
        with((gateway, client) -> {
            client.get("/old/a").read();
            client.get("/shop/a").read();
            assertThat(gateway.finished())
                    .extracting(finished -> finished.route() + " " + finished.status() + " " + finished.upstream())
                    .containsExactly("gone 410 null", "moved 308 null");
        });
    }
}
