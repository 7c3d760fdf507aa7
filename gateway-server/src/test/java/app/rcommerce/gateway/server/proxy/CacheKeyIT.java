package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client says never becomes part of what another one is served. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2_MANY_LOOPS"})
class CacheKeyIT {

    @Parameter
    ClientProtocol http;

    /** An origin whose reply repeats what it was told, and varies by the language. */
    private static RawUpstream echo(String field) throws Exception {
        return new RawUpstream(x -> {
            String body = field + "=" + x.field(field) + " language=" + x.field("accept-language");
            x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
        });
    }

    private TestGateway gatewayTo(RawUpstream upstream, String server) throws Exception {
        return http.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                cache = { ttl = "5m" }
                """.formatted(server, upstream.port()));
    }

    @Test
    void aFieldThatConnectionTakesAwaySelectsNoVariant() throws Exception {
        try (RawUpstream upstream = echo("x-none");
                TestGateway gateway = gatewayTo(upstream, "");
                RawClient client = gateway.client()) {
            RawClient.Answer stripped = client.get("/", "Accept-Language: de", "Connection: accept-language")
                    .read();
            assertThat(stripped.body()).isEqualTo("x-none= language=");
            assertThat(client.get("/", "Accept-Language: de").read().body()).isEqualTo("x-none= language=de");
            assertThat(client.get("/").read().body()).isEqualTo("x-none= language=");
            assertThat(upstream.heads()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Prefix", "X-Forwarded-Ssl", "X-Original-Host", "X-Host", "X-Forwarded-Server"})
    void whatAStrangerClaimsIsInNobodysReply(String name) throws Exception {
        try (RawUpstream upstream = echo(name);
                TestGateway gateway = gatewayTo(upstream, "");
                RawClient client = gateway.client()) {
            client.get("/", name + ": evil").read();
            assertThat(client.get("/").read().body()).isEqualTo(name + "= language=");
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Original-Host", "X-Rewrite-URL", "Front-End-Https"
            })
    void whatATrustedProxyClaimsIsInTheKey(String name) throws Exception {
        try (RawUpstream upstream = echo(name);
                TestGateway gateway = gatewayTo(upstream, "trusted_proxies = [\"127.0.0.0/8\"]");
                RawClient client = gateway.client()) {
            for (int round = 0; round < 2; round++) {
                assertThat(client.get("/", name + ": one").read().body()).startsWith(name + "=one");
                assertThat(client.get("/", name + ": two").read().body()).startsWith(name + "=two");
                assertThat(client.get("/").read().body()).doesNotContain("one").doesNotContain("two");
            }
            assertThat(upstream.heads()).hasSize(3);
        }
    }

    private static final String[] INVALIDATE = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH"};

    /** An origin whose products change with every unsafe request, and that answers it with this head. */
    private static RawUpstream changing(AtomicInteger version, String answer) throws Exception {
        return new RawUpstream(x -> {
            if (x.line().startsWith("GET")) {
                String body = "version " + version + " " + x.field("accept-language");
                x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
            } else {
                version.incrementAndGet();
                x.send(answer + "\r\nContent-Length: 0\r\n\r\n");
            }
        });
    }

    @Test
    void unsafeMethodsInvalidateWhatIsStoredInAllItsVariants() throws Exception {
        AtomicInteger version = new AtomicInteger();
        try (RawUpstream upstream = changing(version, "HTTP/1.1 204 No Content");
                TestGateway gateway = gatewayTo(upstream, "");
                RawClient client = gateway.client()) {
            for (String method : INVALIDATE) {
                String now = "version " + version.get();
                for (String language : List.of("de", "fr", "de", "fr")) {
                    assertThat(client.get("/p?x=1", "Accept-Language: " + language)
                                    .read()
                                    .body())
                            .isEqualTo(now + " " + language);
                }
                client.send(method + " /p?x=1 HTTP/1.1\r\nHost: shop.test\r\n\r\n")
                        .read();
            }
            assertThat(client.get("/p?x=1", "Accept-Language: fr").read().body())
                    .isEqualTo("version 5 fr");
            assertThat(client.get("/p?x=1", "Accept-Language: de").read().body())
                    .isEqualTo("version 5 de");
        }
    }

    @Test
    void errorsAndSafeMethodsInvalidateNothing() throws Exception {
        for (String answer : List.of("HTTP/1.1 404 No", "HTTP/1.1 500 No")) {
            AtomicInteger version = new AtomicInteger();
            try (RawUpstream upstream = changing(version, answer);
                    TestGateway gateway = gatewayTo(upstream, "");
                    RawClient client = gateway.client()) {
                client.get("/p").read();
                client.send("POST /p HTTP/1.1\r\nHost: shop.test\r\n\r\n").read();
                client.send("OPTIONS /p HTTP/1.1\r\nHost: shop.test\r\n\r\n").read();
                assertThat(client.get("/p").read().body()).isEqualTo("version 0 ");
            }
        }
    }

    @Test
    void whatLocationNamesOnTheSameHostIsInvalidatedToo() throws Exception {
        for (String location : List.of("/q", "http://shop.test/q", "http://SHOP.test/q#part")) {
            AtomicInteger version = new AtomicInteger();
            try (RawUpstream upstream = changing(version, "HTTP/1.1 303 See\r\nLocation: " + location);
                    TestGateway gateway = gatewayTo(upstream, "");
                    RawClient client = gateway.client()) {
                client.get("/q").read();
                client.get("/other").read();
                client.send("POST /p HTTP/1.1\r\nHost: shop.test\r\n\r\n").read();
                assertThat(client.get("/q").read().body()).isEqualTo("version 1 ");
                assertThat(client.get("/other").read().body()).isEqualTo("version 0 ");
            }
        }
    }

    @Test
    void aReplyThatWasAskedForBeforeAnUnsafeRequestIsNotStoredAfterIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        AtomicInteger version = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (!x.line().startsWith("GET")) {
                        version.incrementAndGet();
                        x.ok("");
                        return;
                    }
                    String body = "version " + version;
                    if (asked.getCount() > 0) {
                        asked.countDown();
                        changed.await(5, TimeUnit.SECONDS);
                    }
                    x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 9\r\n\r\n" + body);
                });
                TestGateway gateway = gatewayTo(upstream, "");
                RawClient slow = gateway.client();
                RawClient other = gateway.client()) {
            slow.get("/p");
            asked.await(5, TimeUnit.SECONDS);
            other.send("PUT /p HTTP/1.1\r\nHost: shop.test\r\n\r\n").read();
            assertThat(other.get("/p").read().body())
                    .as("not from the fill that began before")
                    .isEqualTo("version 1");
            changed.countDown();
            assertThat(slow.read().body()).isEqualTo("version 0");
            assertThat(other.get("/p").read().body()).isEqualTo("version 1");
        }
    }
}
