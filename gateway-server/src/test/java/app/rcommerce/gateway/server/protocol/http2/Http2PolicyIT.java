package app.rcommerce.gateway.server.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Http2Client.Answer;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies, limits, the cache and what is forwarded are the same for clients of HTTP/2. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(ints = {1, 3})
class Http2PolicyIT {

    private static final int LARGE = 5_000_000;

    private final int workers;

    Http2PolicyIT(int workers) {
        this.workers = workers;
    }

    private TestGateway gatewayTo(RawUpstream upstream) throws Exception {
        return TestGateway.start("""
                [server]
                listen = [{ address = "127.0.0.1:0", h2c = true }]
                workers = %d
                shutdown_grace = "0s"
                body_timeout = "5s"
                trusted_proxies = ["127.0.0.1"]
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                max_entry_size = "8MB"
                [limits.some]
                key = "ip"
                rates = ["3/hour"]
                [limits.in_flight]
                key = "ip"
                concurrency = 3
                [[auth.api_keys]]
                id = "shop"
                sha256 = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "10s"
                [[routes]]
                name = "limited"
                path = "/limited"
                upstream = "origin"
                limits = ["some"]
                [[routes]]
                name = "secret"
                path = "/secret"
                upstream = "origin"
                auth = "required"
                [[routes]]
                name = "cached"
                path = "/cached/**"
                upstream = "origin"
                cache = { ttl = "5m" }
                [[routes]]
                name = "few"
                path = "/few/**"
                upstream = "origin"
                limits = ["in_flight"]
                cache = { ttl = "5m" }
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(workers, upstream.port()));
    }

    @Test
    void limitsAndCredentialsHold() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.read(client.get("/limited")).status()).isEqualTo(200);
            }
            Answer refused = client.read(client.get("/limited"));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("retry-after")).isNotNull();
            assertThat(refused.field("x-ratelimit-remaining")).isEqualTo("0");

            // Refused before its content: the rest is not wanted, and the connection goes on.
            int upload = client.post("/secret", "content-length", "100000");
            client.data(upload, "abc", false);
            Answer unauthorized = client.read(upload);
            assertThat(unauthorized.status()).isEqualTo(401);
            assertThat(unauthorized.field("www-authenticate")).isNotNull();
            assertThat(client.read(client.get("/x")).status()).isEqualTo(200);
            assertThat(upstream.heads()).hasSize(4);
        }
    }

    @Test
    void whatIsForwardedIsWhatHttp11ForwardsToo() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            client.read(client.get(
                    "/x",
                    "x-forwarded-for",
                    "203.0.113.9",
                    "x-gateway-caller",
                    "key:forged",
                    "x_real_ip",
                    "1.2.3.4",
                    "proxy",
                    "http://evil",
                    "http2-settings",
                    "AAMAAABk",
                    "proxy-authorization",
                    "x"));
            RawUpstream.Exchange seen =
                    new RawUpstream.Exchange(upstream.heads().getFirst(), null, null, null, 0);
            assertThat(seen.field("x-forwarded-for")).isEqualTo("203.0.113.9, 127.0.0.1");
            assertThat(seen.field("x-forwarded-proto")).isEqualTo("http");
            assertThat(seen.field("x-forwarded-host")).isEqualTo("shop.test");
            assertThat(seen.field("x-gateway-caller")).doesNotContain("forged");
            assertThat(seen.field("x_real_ip")).isEmpty();
            assertThat(seen.field("proxy")).isEmpty();
            assertThat(seen.field("http2-settings")).isEmpty();
            assertThat(seen.field("proxy-authorization")).isEmpty();
        }
    }

    @Test
    void repliesAreStoredAndServedToBothVersions() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("n" + x.connection()));
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port());
                var old = gateway.client()) {
            String first = client.read(client.get("/cached/a")).body();
            Answer second = client.read(client.get("/cached/a"));
            assertThat(second.body()).isEqualTo(first);
            assertThat(second.field("cache-status")).contains("hit");
            assertThat(second.field("age")).isNotNull();
            assertThat(old.get("/cached/a").read().field("cache-status")).contains("hit");
            assertThat(client.read(client.head("HEAD", "/cached/a")).length()).isZero();
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @Test
    void requestsThatMissTogetherCostTheOriginOneAndStreamAlong() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                    go.await(10, TimeUnit.SECONDS);
                    x.send("67890");
                });
                TestGateway gateway = gatewayTo(upstream);
                Http2Client one = new Http2Client(gateway.port());
                Http2Client other = new Http2Client(gateway.port())) {
            List<Integer> streams =
                    IntStream.range(0, 20).mapToObj(i -> getOf(one)).toList();
            List<Integer> others =
                    IntStream.range(0, 20).mapToObj(i -> getOf(other)).toList();
            while (one.soFar(streams.getLast()).length() < 5) {
                one.read();
            }
            go.countDown();
            for (int stream : streams) {
                assertThat(one.read(stream).body()).isEqualTo("1234567890");
            }
            for (int stream : others) {
                assertThat(other.read(stream).body()).isEqualTo("1234567890");
            }
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    private static int getOf(Http2Client client) {
        try {
            return client.get("/cached/along");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aStoredReplyThatNobodyTakesPinsLittleMemory() throws Exception {
        String body = "x".repeat(LARGE);
        List<Http2Client> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.line().contains("/large") ? body : "small"));
                TestGateway gateway = gatewayTo(upstream);
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/cached/large")).length()).isEqualTo(LARGE);
            long before = PlatformDependent.usedDirectMemory();
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Http2Client one = new Http2Client(
                        Http2Client.connected(gateway.port()), false, Http2Client.INITIAL_WINDOW_SIZE, 0);
                silent.add(one);
                streams.add(one.get("/cached/large"));
                one.settle();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(client.read(client.get("/small" + i)).body()).isEqualTo("small");
            }
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(12 * 1_000_000L);
            // Whoever begins to take it gets all of it.
            Http2Client first = silent.getFirst();
            first.send(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(2 * LARGE));
            first.send(Http2Client.WINDOW_UPDATE, 0, streams.getFirst(), Http2Client.number(2 * LARGE));
            assertThat(first.read(streams.getFirst()).body()).isEqualTo(body);
        } finally {
            for (Http2Client one : silent) {
                one.close();
            }
        }
    }

    @Test
    void aReplyThatIsBeingTakenIsInFlight() throws Exception {
        String body = "x".repeat(LARGE);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream);
                Http2Client silent = new Http2Client(
                        Http2Client.connected(gateway.port()), false, Http2Client.INITIAL_WINDOW_SIZE, 0);
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/few/large")).length()).isEqualTo(LARGE);
            for (int i = 0; i < 3; i++) {
                silent.get("/few/large");
            }
            await().untilAsserted(() ->
                    assertThat(client.read(client.get("/few/large")).status()).isEqualTo(429));
            silent.close();
            await().untilAsserted(() ->
                    assertThat(client.read(client.get("/few/large")).status()).isEqualTo(200));
        }
    }
}
