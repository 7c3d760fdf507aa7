package app.rcommerce.gateway.server.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Gateways that work on one queue in Redis, while it, their way to it, or one of them fails. */
@Tag("redis")
@Timeout(90)
@ExtendWith(Leaks.class)
class SharedQueueIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final SharedGateways nodes = new SharedGateways("--appendonly", "yes", "--appendfsync", "always");
    private final RedisServer redis = nodes.redis();
    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger deliveries = new AtomicInteger();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        redis.start();
        upstream = new RawUpstream(exchange -> {
            String body = exchange.content();
            deliveries.incrementAndGet();
            held.await(30, TimeUnit.SECONDS);
            delivered.add(body);
            exchange.send("HTTP/1.1 204 No Content\r\n\r\n");
        });
    }

    @AfterEach
    void stop() throws Exception {
        held.countDown();
        nodes.close();
        upstream.close();
    }

    private TestGateway gateway(String queue) throws IOException {
        return nodes.start("""
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                [queues.webhooks]
                retry = { first = "100ms", max = "1s" }
                lease = "2s"
                timeout = "1500ms"
                %s
                [[routes]]
                name = "webhooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                """.formatted(upstream.port(), queue));
    }

    private int post(TestGateway gateway, String body) throws IOException {
        try (RawClient client = gateway.client()) {
            return client.send("POST /hooks HTTP/1.1\r\nHost: shop\r\nContent-Length: "
                            + body.getBytes(ISO_8859_1).length + "\r\n\r\n" + body)
                    .read()
                    .status();
        }
    }

    private void awaitDelivered(Set<String> bodies) {
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(delivered).containsAll(bodies));
    }

    @Test
    void whatOneNodeHasAcceptedAnyOneForwards() throws Exception {
        TestGateway one = gateway("");
        gateway("");
        Set<String> bodies = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 200; i++) {
            assertThat(post(one, "job " + i)).isEqualTo(202);
            bodies.add("job " + i);
        }

        awaitDelivered(bodies);

        Thread.sleep(300);
        assertThat(deliveries).hasValue(200);
        assertThat(delivered).hasSize(200);
    }

    @Test
    void neverMoreThanItsConcurrencyIsForwardedAtOnce() throws Exception {
        held = new CountDownLatch(1);
        TestGateway one = gateway("concurrency = 3");
        TestGateway other = gateway("concurrency = 3");
        for (int i = 0; i < 10; i++) {
            assertThat(post(i % 2 == 0 ? one : other, "job " + i)).isEqualTo(202);
        }

        Awaitility.await().atMost(SOON).until(() -> deliveries.get() == 3);
        Thread.sleep(500);
        assertThat(deliveries).as("at the same time").hasValue(3);
        held.countDown();

        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(delivered).hasSize(10));
    }

    @Test
    void jobsOfANodeThatIsCutOffAreForwardedByAnother() throws Exception {
        held = new CountDownLatch(1);
        TestGateway one = gateway("");
        assertThat(post(one, "first")).isEqualTo(202);
        Awaitility.await().atMost(SOON).until(() -> deliveries.get() == 1);
        nodes.firstWay().silence();
        gateway("");
        held.countDown();

        awaitDelivered(Set.of("first"));
    }

    @Test
    void whatWasAcceptedOutlivesARestartOfRedis() throws Exception {
        TestGateway one = gateway("");
        held = new CountDownLatch(1);
        for (int i = 0; i < 20; i++) {
            assertThat(post(one, "job " + i)).isEqualTo(202);
        }
        Set<String> bodies = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 20; i++) {
            bodies.add("job " + i);
        }
        redis.kill();
        held.countDown();
        assertThat(post(one, "nobody takes it")).isEqualTo(503);
        redis.start();

        awaitDelivered(bodies);

        assertThat(delivered).doesNotContain("nobody takes it");
        Awaitility.await().atMost(SOON).until(() -> post(one, "again") == 202);
        awaitDelivered(Set.of("again"));
    }

    @Test
    void aFullRedisTakesNothingAndLosesNothing() throws Exception {
        TestGateway one = gateway("");
        held = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            assertThat(post(one, "job " + i)).isEqualTo(202);
        }
        redis.send("CONFIG", "SET", "maxmemory", "1");
        assertThat(post(one, "no room")).isEqualTo(503);
        held.countDown();
        Thread.sleep(1_000);
        redis.send("CONFIG", "SET", "maxmemory", "0");

        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(delivered).hasSize(10));
        Awaitility.await().atMost(SOON).until(() -> post(one, "again") == 202);
        awaitDelivered(Set.of("again"));
        assertThat(delivered).doesNotContain("no room");
    }

    @Test
    void aRedisThatComesBackEmptyIsAnEmptyQueue() throws Exception {
        TestGateway one = gateway("");
        held = new CountDownLatch(1);
        assertThat(post(one, "lost")).isEqualTo(202);
        Awaitility.await().atMost(SOON).until(() -> deliveries.get() == 1);
        redis.send("FLUSHALL");
        held.countDown();

        assertThat(post(one, "after")).isEqualTo(202);
        awaitDelivered(Set.of("after"));
        long commands = commands();
        Thread.sleep(2_000);
        assertThat(commands() - commands)
                .as("commands in two seconds of nothing to do")
                .isLessThan(200);
    }

    /** Redis before 7.2 cannot wait for its disk, and a newer one does. */
    @Test
    void whatMustBeOnDiskIsAcceptedOnceItIs() throws Exception {
        TestGateway one = gateway("durable = true");
        boolean waits =
                !String.valueOf(redis.send("COMMAND", "INFO", "WAITAOF")).equals("[null]");

        assertThat(post(one, "safe")).isEqualTo(waits ? 202 : 503);

        awaitDelivered(Set.of("safe"));
    }

    @Test
    void whatCannotBeWrittenToDiskIsNotAccepted() throws Exception {
        TestGateway one = gateway("durable = true");
        redis.send("CONFIG", "SET", "appendonly", "no");

        assertThat(post(one, "unsafe")).isEqualTo(503);
    }

    private long commands() throws Exception {
        return String.valueOf(redis.send("INFO", "stats"))
                .lines()
                .filter(line -> line.startsWith("total_commands_processed:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }
}
