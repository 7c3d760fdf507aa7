package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.address;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static app.rcommerce.gateway.server.testing.Shop.withinASecond;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Redis that hangs or dies under traffic: nobody is refused for it, nobody waits long, and it is found again. */
@Tag("redis")
@ExtendWith(Leaks.class)
class RedisAwayIT {

    private record Seen(int status, long millis) {}

    private RedisServer redis;
    private Shop shop;
    private TestGateway gateway;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        shop = new Shop(redis, "50ms");
        gateway = shop.gateway();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        shop.close();
        redis.close();
    }

    /** Callers that stay below their limits: each request comes from an address of its own. */
    private List<Future<?>> callers(ExecutorService executor) {
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(executor.submit(() -> {
                try (RawClient client = gateway.client()) {
                    while (!over.get()) {
                        String address = address();
                        for (int n = 0; n < 20 && !over.get(); n++) {
                            long start = System.nanoTime();
                            int status = client.get("/api/v1/products/" + n, from(address))
                                    .read()
                                    .status();
                            seen.add(new Seen(status, (System.nanoTime() - start) / 1_000_000));
                        }
                    }
                }
                return null;
            }));
        }
        return callers;
    }

    private void moreAreAnswered() {
        int target = seen.size() + 200;
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> seen.size() >= target);
    }

    private interface Change {
        void happen() throws Exception;
    }

    private void underTraffic(Change away, Change back) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = callers(executor);
            moreAreAnswered();
            away.happen();
            moreAreAnswered();
            moreAreAnswered();
            assertThat(Shop.admin(gateway, "GET", "status", "")).doesNotContain("\"state\":\"connected\"");
            back.happen();
            Shop.awaitStore(gateway);
            moreAreAnswered();
            over.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertThat(seen).allSatisfy(one -> assertThat(one.status()).isEqualTo(200));
        assertThat(seen.stream().mapToLong(Seen::millis).max().orElseThrow())
                .as("longest answer, ms")
                .isLessThan(1_000);
        long slow = seen.stream().filter(one -> one.millis() > 200).count();
        assertThat(slow)
                .as("answers that took more than 200 ms, of " + seen.size())
                .isLessThan(20);
    }

    private void isInForceAgain() throws Exception {
        String address = address();
        redis.send("SET", "rcommerce:blocklist:ip:" + address, "1", "EX", 60);
        try (RawClient client = gateway.client()) {
            withinASecond(
                    () -> assertThat(client.get("/shop/x", from(address)).read().status())
                            .isEqualTo(403));
        }
    }

    @Test
    void aRedisThatHangsRefusesNobody() throws Exception {
        underTraffic(redis::suspend, redis::resume);
        isInForceAgain();
    }

    @Test
    void aRedisThatDiesRefusesNobody() throws Exception {
        underTraffic(redis::kill, redis::start);
        isInForceAgain();
    }

    @Test
    void everyLookUpInTheCacheIsAMiss() throws Exception {
        redis.kill();
        try (RawClient client = gateway.client()) {
            for (int i = 0; i < 10; i++) {
                RawClient.Answer answer = client.get("/api/v1/products/1").read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("cache-status"))
                        .isEqualTo("rcommerce-gateway; fwd=miss; detail=\"store-unavailable\"");
            }
        }
    }

    @Test
    void whileItIsAwayTheNodeHoldsItsShareHalfOfItAtOnce() throws Exception {
        redis.suspend();
        long start = System.nanoTime();
        try (RawClient client = gateway.client()) {
            String address = address();
            int good = 0;
            for (int i = 0; i < 80; i++) {
                int status = client.get("/shop/x", from(address)).read().status();
                assertThat(status).isIn(200, 429);
                good += status == 200 ? 1 : 0;
            }
            long seconds = (System.nanoTime() - start) / 1_000_000_000L;
            assertThat(good).as("half of 60, and one a second").isBetween(30, 31 + (int) seconds);
        }
        redis.resume();
    }
}
