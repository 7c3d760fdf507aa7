package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.Slot;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Redis refused, hung, killed, restarted, full: calls end by the deadline, and pass again by themselves. */
@Tag("redis")
class RedisFailureIT {

    private static final Duration RECOVERY = Duration.ofSeconds(2);

    private static RedisConfig config(RedisServer server) {
        return TestRedis.config(server.port())
                .deadline(ObservedBackend.DEADLINE)
                .build();
    }

    @Test
    void theGatewayStartsWithoutRedisAndFindsItLater() throws Exception {
        try (RedisServer server = RedisServers.own();
                ObservedBackend observed = new ObservedBackend(config(server))) {
            assertThat(observed.works("u")).isFalse();
            assertThat(observed.outcomes("open")).isEqualTo(1);
            Awaitility.await().until(() -> observed.backend().detail().equals("cannot be reached"));
            assertThat(observed.backend().state()).isEqualTo(State.RECONNECTING);
            assertThat(observed.backend().nodes()).as("nobody has told").isZero();
            server.start();
            observed.awaitWorking("u", RECOVERY);
            observed.awaitState(State.CONNECTED);
            assertThat(observed.states()).containsExactly(State.RECONNECTING, State.CONNECTED);
        }
    }

    @Test
    void aPlaceOnItsWayBackHoldsUpNobody() throws Exception {
        try (DelayingProxy proxy = new DelayingProxy(RedisServers.single().port());
                ObservedBackend observed = new ObservedBackend(
                        TestRedis.config(proxy.port())
                                .deadline(ObservedBackend.DEADLINE)
                                .build(),
                        TestRedis.freshKeys())) {
            observed.awaitWorking("u", RECOVERY);
            ConcurrencyStore slots = observed.backend().stores().slots();
            Identifier caller = Identifier.user("held");
            Slot slot = slots.enter(caller, "b", 5).toCompletableFuture().get(5, TimeUnit.SECONDS);
            proxy.delay(900);
            slot.leave();
            long start = System.nanoTime();
            assertThat(slots.enter(caller, "b", 5).toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StoreUnavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(ObservedBackend.DEADLINE.plus(ObservedBackend.SLACK));
        }
    }

    @Test
    void aHungRedisCostsNoMoreThanTheDeadlineAndThenNothing() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(config(server))) {
                observed.awaitState(State.CONNECTED);
                observed.awaitWorking("u", RECOVERY);
                server.suspend();
                try {
                    observed.awaitOpen("u");
                    assertThat(observed.backend().state()).isEqualTo(State.RECONNECTING);
                    // Longer than Redisson's own time-out, so that its connections are given up too.
                    TestRedis.time().idle(Duration.ofMillis(2500));
                    assertThat(observed.works("u")).isFalse();
                } finally {
                    server.resume();
                }
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
                Awaitility.await().until(() -> observed.backend().inFlight() == 0);
            }
        }
    }

    @Test
    void aShortHangIsNoticedAndForgotten() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(config(server))) {
                observed.awaitState(State.CONNECTED);
                server.suspend();
                assertThat(observed.works("u")).isFalse();
                server.resume();
                observed.awaitWorking("u", RECOVERY);
                assertThat(observed.backend().state()).isEqualTo(State.CONNECTED);
            }
        }
    }

    @Test
    void aRedisKilledUnderTrafficAndStartedEmptyIsUsedAgain() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(config(server));
                    ExecutorService threads = Executors.newFixedThreadPool(3)) {
                observed.awaitState(State.CONNECTED);
                AtomicBoolean stop = new AtomicBoolean();
                List<Future<Integer>> callers = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    String user = "u" + i;
                    callers.add(threads.submit(() -> {
                        int worked = 0;
                        while (!stop.get()) {
                            worked += observed.works(user) ? 1 : 0;
                        }
                        return worked;
                    }));
                }
                Awaitility.await().until(() -> observed.outcomes("ok") > 200);
                server.kill();
                Awaitility.await().until(() -> observed.backend().state() == State.RECONNECTING);
                TestRedis.time().idle(Duration.ofMillis(700));
                long before = observed.outcomes("ok");
                server.start();
                Awaitility.await().atMost(RECOVERY).until(() -> observed.outcomes("ok") > before);
                observed.awaitState(State.CONNECTED);
                stop.set(true);
                for (Future<Integer> caller : callers) {
                    assertThat(caller.get()).isPositive();
                }
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
            }
        }
    }

    @Test
    void withoutTrafficTheStateIsTrueAllTheSame() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(config(server))) {
                observed.awaitState(State.CONNECTED);
                server.kill();
                observed.awaitState(State.RECONNECTING);
                assertThat(observed.backend().probe().toCompletableFuture().get())
                        .isEqualTo(State.RECONNECTING);
                server.start();
                observed.awaitState(State.CONNECTED);
                assertThat(observed.backend().probe().toCompletableFuture().get())
                        .isEqualTo(State.CONNECTED);
            }
        }
    }

    @Test
    void aScriptThatIsForgottenIsSentAgain() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(config(server))) {
                observed.awaitState(State.CONNECTED);
                observed.awaitWorking("u", RECOVERY);
                server.send("SCRIPT", "FLUSH");
                assertThat(observed.take("u")).as(observed.toString()).isNotNull();
                assertThat(observed.outcomes("error")).isZero();
            }
        }
    }

    @Test
    void aPoolThatIsTooSmallIsToldFromARedisThatIsAway() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            RedisConfig config = TestRedis.config(server.port())
                    .deadline(ObservedBackend.DEADLINE)
                    .connections(1)
                    .build();
            try (ObservedBackend observed = new ObservedBackend(config)) {
                observed.awaitState(State.CONNECTED);
                // Commands that write wait, pings are answered.
                server.send("CLIENT", "PAUSE", "3000", "WRITE");
                ReplyStore replies = observed.backend().stores().replies();
                CacheKey key = new CacheKey("0".repeat(CacheKey.LENGTH));
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> {
                            replies.put(key, new byte[1], Duration.ofMinutes(1));
                            replies.get(key);
                            return observed.backend().state() == State.EXHAUSTED;
                        });
                assertThat(observed.backend().detail()).isEqualTo("every connection is in use");
                server.send("CLIENT", "UNPAUSE");
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
            }
        }
    }

    @Test
    void noMoreCallsWaitThanMay() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed =
                    new ObservedBackend(TestRedis.config(server.port()).build())) {
                observed.awaitState(State.CONNECTED);
                server.suspend();
                for (int i = 0; i < CommandDispatcher.MOST_IN_FLIGHT + 500; i++) {
                    observed.backend().stores().revocations().restore("t" + i);
                }
                // What the backend asks for itself is in flight too.
                assertThat(observed.outcomes("full")).isBetween(400L, 510L);
                server.resume();
                Awaitility.await().until(() -> observed.backend().inFlight() < 10);
            }
        }
    }

    @Test
    void aMasterThatIsAwayHoldsUpNobodyElse() throws Exception {
        List<RedisServer> masters = RedisServers.newCluster();
        RedisConfig config = TestRedis.config(0)
                .deadline(ObservedBackend.DEADLINE)
                .cluster(masters.stream()
                        .map(master -> "redis://127.0.0.1:" + master.port())
                        .toList())
                .build();
        try (ObservedBackend observed = new ObservedBackend(config)) {
            observed.awaitState(State.CONNECTED);
            // CLUSTER KEYSLOT of these lies in the last third, the first, and the second.
            List<String> users = usersOf(masters);
            users.forEach(user -> observed.awaitWorking(user, RECOVERY));
            masters.get(1).suspend();
            observed.awaitOpen(users.get(1));
            for (int i = 0; i < 20; i++) {
                assertThat(observed.works(users.get(0))).isTrue();
                assertThat(observed.works(users.get(2))).isTrue();
            }
            assertThat(observed.backend().detail()).startsWith("1 of 3 masters: ");
            masters.get(1).resume();
            observed.awaitWorking(users.get(1), RECOVERY);
            observed.awaitState(State.CONNECTED);
        } finally {
            for (RedisServer master : masters) {
                master.close();
            }
        }
    }

    /** One user counted on each master. */
    private static List<String> usersOf(List<RedisServer> masters) throws Exception {
        String[] users = new String[masters.size()];
        for (int i = 0; i < 100; i++) {
            long slot = (Long) masters.getFirst().send("CLUSTER", "KEYSLOT", "user:u" + i);
            users[(int) (slot * 3 / 16_384)] = "u" + i;
        }
        return List.of(users);
    }

    @Test
    void nodesAreCountedAndForgotten() throws Exception {
        KeyTemplates keys = TestRedis.freshKeys();
        RedisConfig config = TestRedis.config(RedisServers.single().port()).build();
        RedisServers.single().send("SET", keys.nodes(), "no sorted set");
        try (ObservedBackend one = new ObservedBackend(config, keys)) {
            try (ObservedBackend other = new ObservedBackend(config, keys)) {
                Awaitility.await()
                        .until(() ->
                                one.backend().nodes() == 2 && other.backend().nodes() == 2);
                assertThat((Long) RedisServers.single().send("PTTL", keys.nodes()))
                        .isBetween(1L, 10_000L);
                // As though it had died before the clock was set back.
                RedisServers.single()
                        .send("ZADD", keys.nodes(), Long.toString(System.currentTimeMillis() + 3_600_000), "ghost");
                Awaitility.await().until(() -> RedisServers.single().send("ZSCORE", keys.nodes(), "ghost") == null);
            }
            Awaitility.await().until(() -> one.backend().nodes() == 1);
        }
    }
}
