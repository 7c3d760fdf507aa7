package app.rcommerce.gateway.server.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.job.RedisJobStore;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

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

        assertThat(post(one, "safe")).isEqualTo(waitsForItsDisk() ? 202 : 503);

        awaitDelivered(Set.of("safe"));
    }

    @Test
    void whatCannotBeWrittenToDiskIsNotAccepted() throws Exception {
        TestGateway one = gateway("durable = true");
        redis.send("CONFIG", "SET", "appendonly", "no");

        assertThat(post(one, "unsafe")).isEqualTo(503);
    }

    private boolean waitsForItsDisk() throws IOException {
        return !String.valueOf(redis.send("COMMAND", "INFO", "WAITAOF")).equals("[null]");
    }

    /** More of them than the pool has connections, each for as long as Redis waits for its disk in vain. */
    @Test
    void whatWaitsForTheDiskHoldsUpNothingElse() throws Exception {
        redis.send("CONFIG", "SET", "appendfsync", "no");
        TestGateway one = gateway("durable = true");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        List<Logger> loggers = List.of((Logger) LoggerFactory.getLogger(QueueWorker.class), (Logger)
                LoggerFactory.getLogger(RedisJobStore.class));
        loggers.forEach(logger -> logger.addAppender(logged));
        AtomicBoolean isOver = new AtomicBoolean();
        Queue<Integer> answers = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        Set<String> bodies = ConcurrentHashMap.newKeySet();
        try {
            for (int c = 0; c < 60; c++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    try {
                        // Not without end, since one that cannot wait for its disk refuses at once, and has the job.
                        for (int i = 0; i < 20 && !isOver.get(); i++) {
                            answers.add(post(one, "unsafe"));
                        }
                    } catch (IOException e) {
                        answers.add(0);
                    }
                }));
            }
            Awaitility.await().atMost(SOON).until(() -> !answers.isEmpty());
            for (int i = 0; i < 20; i++) {
                String id = JobId.next(System.currentTimeMillis());
                String prefix = "jobs:queue:webhooks";
                redis.send("SET", prefix + "/job:" + id, """
                        {"id":"%s","job_type":"webhook","queue":"webhooks","priority":"high",
                         "payload":{"target":"/hooks","body":"put by the platform %d"}}
                        """.formatted(id, i));
                redis.send("LPUSH", prefix + "/queue:high", id);
                bodies.add("put by the platform " + i);
                awaitDelivered(bodies);
            }
        } finally {
            isOver.set(true);
            for (Thread client : clients) {
                client.join();
            }
            loggers.forEach(logger -> logger.detachAppender(logged));
        }

        assertThat(answers).containsOnly(503);
        String expected = waitsForItsDisk()
                ? "within 900 ms (expected: appendfsync always or everysec"
                : "expected: Redis 7.2 or newer";
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(1)
                .allMatch(line -> line.contains(expected));
        redis.send("CONFIG", "SET", "appendfsync", "always");
        if (waitsForItsDisk()) {
            Awaitility.await().atMost(SOON).until(() -> post(one, "safe") == 202);
        }
    }

    @Test
    void whatComesTogetherIsWaitedForTogether() throws Exception {
        assumeThat(waitsForItsDisk()).isTrue();
        redis.send("CONFIG", "SET", "appendfsync", "no");
        TestGateway one = gateway("durable = true");
        Queue<Integer> answers = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int c = 0; c < 60; c++) {
            clients.add(Thread.ofVirtual().start(() -> {
                try {
                    answers.add(post(one, "unsafe"));
                } catch (IOException e) {
                    answers.add(0);
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }

        assertThat(answers).hasSize(60).containsOnly(503);
        long waits = statistic("commandstats", "cmdstat_waitaof:calls=", ",");
        assertThat(waits).isPositive().isLessThan(30);
    }

    private long commands() throws Exception {
        return statistic("stats", "total_commands_processed:", "\\s");
    }

    private long statistic(String section, String before, String behind) throws Exception {
        return String.valueOf(redis.send("INFO", section))
                .lines()
                .filter(line -> line.startsWith(before))
                .mapToLong(
                        line -> Long.parseLong(line.substring(before.length()).split(behind, 2)[0]))
                .findFirst()
                .orElseThrow();
    }
}
