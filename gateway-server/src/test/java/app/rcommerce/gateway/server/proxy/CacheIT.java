package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Cached replies, and misses that are collapsed into one. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({"HTTP_1_1,1,auto", "HTTP_1_1,3,auto", "HTTP_1_1,2,epoll", "HTTP_2,1,auto", "HTTP_2,3,auto"})
class CacheIT {

    private final ClientProtocol http;
    private final int workers;
    private final String transport;
    private final AtomicInteger asked = new AtomicInteger();

    CacheIT(ClientProtocol http, int workers, String transport) {
        this.http = http;
        this.workers = workers;
        this.transport = transport;
    }

    private TestGateway gatewayTo(RawUpstream upstream, String rule) throws Exception {
        return http.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = %d
                transport = "%s"
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "2s"
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                cache = { %s }
                """.formatted(workers, transport, upstream.port(), rule));
    }

    private TestGateway gatewayTo(RawUpstream upstream) throws Exception {
        return gatewayTo(upstream, "ttl = \"5m\"");
    }

    private RawUpstream counting(String fields) throws Exception {
        return new RawUpstream(x -> {
            String body = "answer " + asked.incrementAndGet();
            x.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        });
    }

    @Test
    void aSecondRequestIsAnsweredFromTheStore() throws Exception {
        try (RawUpstream upstream = counting("Cache-Control: max-age=60\r\nETag: \"v1\"\r\n");
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            RawClient.Answer first = client.get("/p?x=1").read();
            RawClient.Answer second = client.get("/p?x=1").read();

            assertThat(first.field("cache-status")).isEqualTo("rcommerce-gateway; fwd=uri-miss; stored");
            assertThat(first.field("age")).isNull();
            assertThat(second.field("cache-status")).matches("rcommerce-gateway; hit; ttl=(59|60)");
            assertThat(second.field("age")).isEqualTo("0");
            assertThat(second.body()).isEqualTo("answer 1");
            assertThat(client.get("/p?x=2").read().body()).isEqualTo("answer 2");
            assertThat(client.get("/p?x=1", "If-None-Match: \"v1\"").read().status())
                    .isEqualTo(304);
            client.send("HEAD /p?x=1 HTTP/1.1\r\nHost: shop.test\r\n\r\n");
            assertThat(client.read(true).field("content-length")).isEqualTo("8");
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void whatMustNotBeStoredIsNot() throws Exception {
        for (String fields : List.of(
                "Set-Cookie: a=b\r\n",
                "Cache-Control: no-store\r\n",
                "Cache-Control: max-age=60\r\nCache-Control: private\r\n",
                "Vary: *\r\n",
                "Vary: X-Gateway-Caller\r\n",
                "Expires: 0\r\n")) {
            asked.set(0);
            try (RawUpstream upstream = counting(fields);
                    TestGateway gateway = gatewayTo(upstream);
                    RawClient client = gateway.client()) {
                assertThat(client.get("/").read().field("cache-status")).doesNotContain("stored");
                assertThat(client.get("/").read().body()).as(fields).isEqualTo("answer 2");
            }
        }
    }

    @Test
    void whyAReplyIsNotStoredIsToldToAll() throws Exception {
        for (String[] one : new String[][] {
            {"Set-Cookie: a=b\r\n", "set_cookie"},
            {"Cache-Control: no-store\r\n", "no_store"},
            {"Cache-Control: max-age=60, private\r\n", "private"},
            {"Vary: *\r\n", "vary"},
            {"Vary: X-Gateway-Caller\r\n", "vary"},
            {"Expires: 0\r\n", "stale"},
        }) {
            try (RawUpstream upstream = counting(one[0]);
                    TestGateway gateway = gatewayTo(upstream);
                    RawClient client = gateway.client()) {
                assertThat(client.get("/").read().field("cache-status"))
                        .isEqualTo("rcommerce-gateway; fwd=uri-miss; detail=\"" + one[1].replace('_', '-') + "\"");
                assertThat(client.get("/", "Cache-Control: no-store").read().field("cache-status"))
                        .contains("detail=\"request\"");
                assertThat(gateway.finished()).extracting(Finished::notStored).containsExactly(one[1], "request");
                assertThat(gateway.gateway().metrics().scrape("").text())
                        .contains("gateway_cache_not_stored_total{reason=\"" + one[1] + "\",route=\"all\"} 1.0");
            }
        }
    }

    @Test
    void aReplyToACallerWithACredentialIsSharedOnlyWhereItMayBe() throws Exception {
        for (String[] one : new String[][] {
            {"ttl = \"5m\"", "", "2"},
            {"ttl = \"5m\"", "Cache-Control: public\r\n", "1"},
            {"ttl = \"5m\", shared = true", "", "1"},
        }) {
            asked.set(0);
            try (RawUpstream upstream = counting(one[1]);
                    TestGateway gateway = gatewayTo(upstream, one[0]);
                    RawClient client = gateway.client()) {
                client.get("/", "Authorization: Bearer abc").read();
                assertThat(client.get("/").read().body()).as(one[0] + one[1]).isEqualTo("answer " + one[2]);
            }
        }
    }

    @Test
    void variantsAreKeptApart() throws Exception {
        try (RawUpstream upstream = counting("Vary: Accept-Language\r\n");
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            assertThat(client.get("/", "Accept-Language: de").read().body()).isEqualTo("answer 1");
            RawClient.Answer other = client.get("/", "Accept-Language: fr").read();
            assertThat(other.body()).isEqualTo("answer 2");
            assertThat(other.field("cache-status")).contains("fwd=vary-miss");
            assertThat(client.get("/", "Accept-Language: de").read().body()).isEqualTo("answer 1");
            assertThat(client.get("/", "Accept-Language: fr").read().body()).isEqualTo("answer 2");
            assertThat(client.get("/").read().body()).isEqualTo("answer 3");
        }
    }

    @Test
    void requestsThatMissTogetherCostTheOriginOneAndStreamAlong() throws Exception {
        CountDownLatch joined = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    asked.incrementAndGet();
                    joined.await();
                    x.send(
                            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                    seen.await();
                    x.send("6\r\nsecond\r\n0\r\n\r\n");
                });
                TestGateway gateway = gatewayTo(upstream)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(gateway.client().get("/"));
            }
            await().until(() -> asked.get() == 1);
            Thread.sleep(100);
            joined.countDown();
            // The first piece reaches a waiter while the origin still holds the second back.
            StringBuilder early = new StringBuilder();
            while (!early.toString().contains("first")) {
                early.append((char) clients.getLast().stream().read());
            }
            assertThat(early.toString()).contains("collapsed");
            seen.countDown();
            for (int i = 0; i < 19; i++) {
                assertThat(clients.get(i).read().body()).isEqualTo("firstsecond");
            }
            assertThat(asked).hasValue(1);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aLeaderThatLeavesDoesNotTakeTheReplyAway() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    asked.incrementAndGet();
                    go.await();
                    x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nbody");
                });
                TestGateway gateway = gatewayTo(upstream)) {
            RawClient leader = gateway.client().get("/");
            await().until(() -> asked.get() == 1);
            RawClient waiter = gateway.client().get("/");
            Thread.sleep(100);
            leader.close();
            Thread.sleep(100);
            go.countDown();
            assertThat(waiter.read().body()).isEqualTo("body");
            waiter.close();
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void aReplyThatIsNotForEveryoneSetsTheWaitersFree() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    int number = asked.incrementAndGet();
                    if (number == 1) {
                        go.await();
                    }
                    x.send("HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 1\r\n\r\n" + number);
                });
                TestGateway gateway = gatewayTo(upstream)) {
            try (RawClient leader = gateway.client().get("/")) {
                await().until(() -> asked.get() == 1);
                try (RawClient waiter = gateway.client().get("/")) {
                    Thread.sleep(100);
                    go.countDown();
                    assertThat(leader.read().body()).isEqualTo("1");
                    assertThat(waiter.read().body()).isEqualTo("2");
                }
            }
        }
    }

    @Test
    void aReplyCutOffIsNotStoredAndWaitersSeeTheCut() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (asked.incrementAndGet() == 1) {
                        go.await();
                        x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\nhalf");
                        x.socket().close();
                    } else {
                        x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n\r\nwhole");
                    }
                });
                TestGateway gateway = gatewayTo(upstream)) {
            RawClient leader = gateway.client().get("/");
            await().until(() -> asked.get() == 1);
            RawClient waiter = gateway.client().get("/");
            Thread.sleep(100);
            go.countDown();
            assertThatThrownBy(leader::read).isInstanceOf(EOFException.class);
            assertThatThrownBy(waiter::read).isInstanceOf(EOFException.class);
            leader.close();
            waiter.close();
            try (RawClient later = gateway.client()) {
                assertThat(later.get("/").read().body()).isEqualTo("whole");
            }
        }
    }

    @Test
    void waitersGetTheSameErrorWhenTheOriginFails() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    asked.incrementAndGet();
                    Thread.sleep(300);
                    x.socket().close();
                });
                TestGateway gateway = gatewayTo(upstream);
                RawClient leader = gateway.client().get("/");
                RawClient waiter = gateway.client().get("/")) {
            assertThat(leader.read().status()).isEqualTo(502);
            assertThat(waiter.read().status()).isEqualTo(502);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void aReplyLargerThanTheBoundPassesUnstored() throws Exception {
        String body = "x".repeat(5000);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    asked.incrementAndGet();
                    if (x.line().contains("chunked")) {
                        x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                        for (int i = 0; i < 5; i++) {
                            x.send("3e8\r\n" + body.substring(0, 1000) + "\r\n");
                            Thread.sleep(20);
                        }
                        x.send("0\r\n\r\n");
                    } else {
                        x.ok(body);
                    }
                });
                TestGateway gateway = gatewayTo(upstream, "ttl = \"5m\", max_entry_size = \"2KB\"");
                RawClient client = gateway.client();
                RawClient other = gateway.client()) {
            for (String path : new String[] {"/sized", "/chunked"}) {
                client.get(path);
                other.get(path);
                assertThat(client.read().body()).isEqualTo(body);
                assertThat(other.read().body()).isEqualTo(body);
                int before = asked.get();
                client.get(path).read();
                assertThat(asked.get()).isEqualTo(before + 1);
            }
        }
    }

    @Test
    void aClientThatTakesNoAnswersGetsNoFurtherOnes() throws Exception {
        http.onlyInHttp11("requests in order");
        String body = "x".repeat(200_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.get("/").read();
            client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n".repeat(500));
            Thread.sleep(300);
            assertThat(gateway.finished()).hasSizeLessThan(100);
            for (int i = 0; i < 500; i++) {
                assertThat(client.read().body()).hasSize(200_000);
            }
        }
    }

    @Test
    void aLeaderThatStallsHoldsUpNobodyElse() throws Exception {
        int pieces = 400;
        String piece = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        CountDownLatch joined = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    asked.incrementAndGet();
                    joined.await();
                    x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < pieces; i++) {
                        x.send(piece);
                    }
                    x.send("0\r\n\r\n");
                });
                TestGateway gateway = gatewayTo(upstream, "ttl = \"5m\", max_entry_size = \"512KB\"");
                RawClient stalled = gateway.client().get("/");
                RawClient reading = gateway.client()) {
            await().until(() -> asked.get() == 1);
            reading.get("/");
            Thread.sleep(100);
            joined.countDown();
            assertThat(reading.read().body()).hasSize(pieces * 0x8000);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void thePortAndTheSchemeThatAnOriginSeesArePartOfTheKey() throws Exception {
        try (RawUpstream upstream = counting("");
                TestGateway gateway = gatewayTo(upstream);
                RawClient client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: shop.test:1337\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("answer 1");
            assertThat(client.get("/").read().body()).isEqualTo("answer 2");
            client.send("GET / HTTP/1.1\r\nHost: SHOP.test\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("answer 2");
        }
    }
}
