package app.rcommerce.gateway.server.proxy.idempotent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.redis.DelayingProxy;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests with idempotency keys on two nodes with one Redis, each with a way to it that can break. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
class RedisIdempotencyIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    private final RedisServer redis = RedisServers.own();
    private final AtomicInteger served = new AtomicInteger();
    private final Semaphore go = new Semaphore(0);
    private final List<DelayingProxy> ways = new ArrayList<>();
    private final List<TestGateway> nodes = new ArrayList<>();
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        redis.start();
        upstream = new RawUpstream(x -> {
            x.content();
            int count = served.incrementAndGet();
            if (x.line().contains("wait")) {
                go.acquire();
            }
            x.ok("paid " + count);
        });
        for (int i = 0; i < 2; i++) {
            DelayingProxy way = new DelayingProxy(redis.port());
            ways.add(way);
            TestGateway node = TestGateway.start(Toml.node(2)
                    + Toml.redis(way.port(), "", "deadline = \"1s\"\ncommand_timeout = \"1s\"")
                    + Toml.upstream(upstream.port())
                    + route("day", "/day/**", "\"24h\"")
                    + route("short", "/short/**", "{ in_progress = \"2s\" }")
                    + route("allow", "/allow/**", "{ on_store_failure = \"allow\" }"));
            nodes.add(node);
            Shop.awaitStore(node);
        }
    }

    private static String route(String name, String path, String rule) {
        return Toml.route(name, path) + "idempotency = " + rule + "\n";
    }

    @AfterEach
    void stop() throws Exception {
        go.release(100);
        nodes.forEach(TestGateway::close);
        for (DelayingProxy way : ways) {
            way.close();
        }
        upstream.close();
        redis.close();
    }

    private static String request(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: shop.test\r\nIdempotency-Key: k\r\nContent-Length: 4\r\n\r\nfive";
    }

    private RawClient.Answer post(int node, String path) throws IOException {
        try (RawClient client = nodes.get(node).client()) {
            return client.send(request(path)).read();
        }
    }

    private static void assertReplayed(RawClient.Answer answer, String body) {
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.field("idempotent-replayed")).isEqualTo("true");
    }

    private static void assertError(RawClient.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains('"' + code + '"');
    }

    @Test
    void aRepeatOnAnotherNodeGetsTheFirstAnswer() throws Exception {
        assertThat(post(0, "/day/pay").body()).isEqualTo("paid 1");

        assertReplayed(post(1, "/day/pay"), "paid 1");
        assertThat(served).hasValue(1);
    }

    @Test
    void aRepeatOnAnotherNodeIsRefusedWhileTheFirstIsUnderWay() throws Exception {
        try (RawClient first = nodes.getFirst().client()) {
            first.send(request("/day/wait"));
            await().until(() -> served.get() == 1);
            assertError(post(1, "/day/wait"), 409, "IDEMPOTENCY_KEY_IN_PROGRESS");
            go.release();
            assertThat(first.read().body()).isEqualTo("paid 1");
        }
        assertReplayed(post(1, "/day/wait"), "paid 1");
    }

    @Test
    void whatIsKeptEndsByItselfAndShowsNothingOfTheClient() throws Exception {
        post(0, "/day/pay");

        String keys = String.valueOf(redis.send("KEYS", "*idempotency*"));
        assertThat(keys).matches("\\[rcommerce:gateway:idempotency:[0-9a-f]{64}]");
        String key = keys.substring(1, keys.length() - 1);
        assertThat((Long) redis.send("PTTL", key)).isBetween(86_000_000L, 86_400_000L);
    }

    @Test
    void whatCannotBeCheckedIsRefusedOrForwardedAsTheRuleSays() throws Exception {
        redis.kill();

        RawClient.Answer refused = post(0, "/day/pay");
        assertError(refused, 503, "STORE_UNAVAILABLE");
        assertThat(refused.field("retry-after")).isEqualTo("1");
        assertThat(served).hasValue(0);

        assertThat(post(0, "/allow/pay").body()).isEqualTo("paid 1");
        assertThat(post(0, "/allow/pay").body()).isEqualTo("paid 2");
    }

    @Test
    void whatWasForwardedUncheckedIsKeptWhereTheStoreIsBackInTime() throws Exception {
        ways.getFirst().delay(5_000);
        try (RawClient first = nodes.getFirst().client()) {
            first.send(request("/allow/wait"));
            await().atMost(SOON).until(() -> served.get() == 1);
            ways.getFirst().delay(0);
            ways.getFirst().cut();
            Shop.awaitStore(nodes.getFirst());
            go.release();
            assertThat(first.read().body()).isEqualTo("paid 1");
        }
        assertReplayed(post(1, "/allow/wait"), "paid 1");
    }

    @Test
    void aRequestThatIsRefusedSinceTheStoreIsLateDoesNotKeepItsKey() throws Exception {
        ways.getFirst().delay(3_000);
        assertError(post(0, "/day/pay"), 503, "STORE_UNAVAILABLE");

        // What has begun it in Redis all the same is taken back.
        await().atMost(SOON).until(() -> post(1, "/day/pay").status() == 200);
        assertThat(served).hasValue(1);
    }

    @Test
    void anAnswerThatTheStoreDoesNotTakeIsPassedOnAndKeptOnceItDoes() throws Exception {
        try (RawClient first = nodes.getFirst().client()) {
            first.send(request("/day/wait"));
            await().until(() -> served.get() == 1);
            // The first time Redis is asked to keep an answer it has yet to be told the script.
            ways.getFirst().delay(20_000);
            go.release();
            assertThat(first.read().body()).isEqualTo("paid 1");
            assertError(post(1, "/day/wait"), 409, "IDEMPOTENCY_KEY_IN_PROGRESS");
        }
        ways.getFirst().delay(0);
        ways.getFirst().cut();

        await().atMost(SOON).until(() -> post(1, "/day/wait").status() == 200);
        assertReplayed(post(1, "/day/wait"), "paid 1");
        assertThat(served).hasValue(1);
    }

    @Test
    void aMarkThatItsNodeCannotEndEndsByItself() throws Exception {
        try (RawClient first = nodes.getFirst().client()) {
            first.send(request("/short/wait"));
            await().until(() -> served.get() == 1);
            // From now on the node is as good as killed for all others.
            ways.getFirst().close();
            ways.getFirst().cut();
            go.release(2);
            assertThat(first.read().body()).isEqualTo("paid 1");
        }
        assertError(post(1, "/short/wait"), 409, "IDEMPOTENCY_KEY_IN_PROGRESS");
        await().atMost(SOON).until(() -> post(1, "/short/wait").status() == 200);
        assertThat(served).hasValue(2);
        assertReplayed(post(1, "/short/wait"), "paid 2");
    }
}
