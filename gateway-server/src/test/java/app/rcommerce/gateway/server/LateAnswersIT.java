package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three nodes with the default deadline under as much load as they get, while Redis stalls, or dies. */
@Tag("redis")
@ExtendWith(Leaks.class)
class LateAnswersIT {

    private static final int QUOTA = 300;
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration RUN = Duration.ofSeconds(13);

    /** A request that was admitted, some time between these. */
    private record Admitted(long sentNanos, long answeredNanos) {}

    private final Map<String, Queue<Admitted>> admitted = new ConcurrentHashMap<>();
    private final AtomicInteger honestRefused = new AtomicInteger();
    private final AtomicInteger honestAsked = new AtomicInteger();
    private final List<TestGateway> nodes = new ArrayList<>();
    private RedisServer redis;
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(x -> x.ok("ok"));
        for (int i = 0; i < 3; i++) {
            nodes.add(node());
        }
        nodes.forEach(node ->
                Awaitility.await().until(() -> admin(node, "GET", "status", "").contains("\"nodes\":3")));
    }

    @AfterEach
    void stop() throws Exception {
        nodes.forEach(TestGateway::close);
        upstream.close();
        redis.close();
    }

    private TestGateway node() throws Exception {
        TestGateway node = TestGateway.start(Toml.node(1)
                + Toml.redis(redis.port(), "", "")
                + Toml.upstream(upstream.port())
                + Toml.route("all", "/**", "a")
                + """
                [limits.a]
                key = "ip"
                rates = ["%d/%ds"]
                """.formatted(QUOTA, WINDOW.toSeconds()));
        Shop.awaitStore(node);
        return node;
    }

    private int ask(RawClient client, String address) throws Exception {
        long sent = System.nanoTime();
        int status = client.get("/x", from(address)).read().status();
        if (status == 200) {
            admitted.computeIfAbsent(address, same -> new ConcurrentLinkedQueue<>())
                    .add(new Admitted(sent, System.nanoTime()));
        }
        return status;
    }

    /** Twelve connections that ask for six addresses as fast as they can. */
    private List<Future<?>> flood(ExecutorService executor, long untilNanos) {
        List<Future<?>> floods = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int first = i;
            floods.add(executor.submit(() -> {
                try (RawClient client = nodes.get(first % 3).client()) {
                    for (int n = first; System.nanoTime() - untilNanos < 0; n++) {
                        ask(client, "198.51.100." + n % 6);
                    }
                }
                return null;
            }));
        }
        return floods;
    }

    /** A caller that uses two fifths of the quota, evenly over the nodes. */
    private void honest(ScheduledExecutorService executor, List<RawClient> clients) {
        AtomicInteger next = new AtomicInteger();
        executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        honestAsked.incrementAndGet();
                        int status = ask(clients.get(next.getAndIncrement() % 3), "203.0.113.1");
                        honestRefused.addAndGet(status == 429 ? 1 : 0);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                0,
                WINDOW.toMillis() * 5 / (2 * QUOTA),
                TimeUnit.MILLISECONDS);
    }

    private void isNeverOver() {
        admitted.forEach((address, times) -> {
            List<Admitted> bySent = times.stream()
                    .sorted(Comparator.comparingLong(Admitted::sentNanos))
                    .toList();
            for (Admitted first : bySent) {
                long end = first.sentNanos() + WINDOW.toNanos();
                long inside = bySent.stream()
                        .filter(one -> one.sentNanos() - first.sentNanos() >= 0 && one.answeredNanos() - end <= 0)
                        .count();
                assertThat(inside).as(address).isLessThanOrEqualTo(QUOTA);
            }
        });
    }

    @Test
    void aFloodGetsNoMoreThanTheQuotaInAnySpanWhileRedisStallsEverySecond() throws Exception {
        Random random = new Random(1);
        List<RawClient> clients = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService chores = Executors.newScheduledThreadPool(2)) {
            for (TestGateway node : nodes) {
                clients.add(node.client());
            }
            chores.scheduleAtFixedRate(
                    () -> {
                        try {
                            redis.send("CLIENT", "PAUSE", 40 + random.nextInt(160));
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    500,
                    1_000,
                    TimeUnit.MILLISECONDS);
            honest(chores, clients);
            for (Future<?> one : flood(executor, System.nanoTime() + RUN.toNanos())) {
                one.get();
            }
            chores.shutdownNow();
        }
        for (RawClient client : clients) {
            client.close();
        }
        isNeverOver();
        assertThat(honestAsked.get()).isGreaterThan(100);
        assertThat(honestRefused).as("of a caller below half of the quota").hasValue(0);
        assertThat(admitted)
                .hasSize(7)
                .allSatisfy((address, times) -> assertThat(times).hasSizeGreaterThan(QUOTA / 3));
    }

    @Test
    void aRedisThatDiesInMidWindowGivesNobodyASecondQuota() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> floods = flood(executor, System.nanoTime() + RUN.toNanos());
            Awaitility.await()
                    .until(() -> admitted.size() == 6
                            && admitted.values().stream().allMatch(times -> times.size() >= QUOTA / 3));
            redis.suspend();
            for (Future<?> one : floods) {
                one.get();
            }
            redis.resume();
        }
        isNeverOver();
        assertThat(admitted.values())
                .allSatisfy(times ->
                        assertThat(times).as("the nodes go on by themselves").hasSizeGreaterThan(QUOTA));
    }
}
