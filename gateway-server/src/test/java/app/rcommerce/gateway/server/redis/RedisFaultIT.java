package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.CacheConfig.Sentinel;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.backend.Backend.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Redis that answers, but not as a healthy master does: each is told for what it is, once, and found again. */
@Tag("redis")
class RedisFaultIT {

    private static final Duration RECOVERY = Duration.ofSeconds(2);
    private static final Duration FAILOVER = Duration.ofSeconds(30);

    private static RedisConfig config(int port) {
        return TestRedis.config(port).deadline(ObservedBackend.DEADLINE).build();
    }

    private static boolean isBlocked(ObservedBackend observed, String key) {
        return observed.backend()
                        .stores()
                        .blocks()
                        .find(Identifier.key(key))
                        .toCompletableFuture()
                        .join()
                != null;
    }

    private static String cause(ObservedBackend observed) {
        return observed.backend().state() + ", " + observed.backend().detail();
    }

    @Test
    void oneThatLoadsItsDataIsAwayAndTellsOfNothing() throws Exception {
        try (RedisServer server = RedisServers.startedForDebug()) {
            try (ObservedBackend observed = new ObservedBackend(config(server.port()))) {
                observed.awaitWorking("u", RECOVERY);
                await().until(() -> observed.backend().isTracking());
                // Before Redis 7 it answers after every 2 MB while it loads, which are 50 of these keys.
                server.send("CONFIG", "SET", "rdbcompression", "no");
                server.send("DEBUG", "POPULATE", "3000", "key", "40000");
                server.send("SAVE");
                // A ping that its death finds under way would fail a second later only.
                observed.backend().probe().toCompletableFuture().join();
                server.kill();
                server.launch("--key-load-delay", "500");
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> observed.backend().detail().equals("is not ready"));
                while (observed.backend().detail().equals("is not ready")) {
                    observed.take("u");
                    if (observed.backend().isTracking()) {
                        assertThat((String) server.send("INFO", "persistence")).contains("loading:0");
                    }
                    TestRedis.time().idle(Duration.ofMillis(5));
                }
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
            }
        }
    }

    @Test
    void aReplicaIsAwayUntilItIsTheMasterAgain() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            server.send("SET", "rcommerce:blocklist:key:a", "1");
            try (ObservedBackend observed = new ObservedBackend(config(server.port()))) {
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                server.send("REPLICAOF", "127.0.0.1", "1");
                await().pollInterval(Duration.ofMillis(5)).until(() -> {
                    observed.take("u");
                    return cause(observed).equals("RECONNECTING, is a replica");
                });
                // Reading works all the while, and must not pass for recovery; longer than a few pings.
                long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                while (System.nanoTime() - end < 0) {
                    observed.backend().stores().blocks().find(Identifier.key("a"));
                    assertThat(observed.works("u")).isFalse();
                    TestRedis.time().idle(Duration.ofMillis(5));
                }
                server.send("REPLICAOF", "NO", "ONE");
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
            }
        }
    }

    @Test
    void oneWithoutMemoryIsReadAndSaysThatItWritesNothing() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            server.send("SET", "rcommerce:blocklist:key:a", "1");
            try (ObservedBackend observed = new ObservedBackend(config(server.port()))) {
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                server.send("CONFIG", "SET", "maxmemory", "1");
                observed.awaitState(State.FAILED);
                assertThat(observed.backend().detail()).startsWith("refuses to write");
                for (int i = 0; i < 20; i++) {
                    assertThat(observed.works("new" + i)).isFalse();
                    // A busy machine may be late now and then; what counts is that it is read at all.
                    Awaitility.await().atMost(RECOVERY).ignoreExceptions().until(() -> isBlocked(observed, "a"));
                }
                server.send("CONFIG", "SET", "maxmemory", "0");
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.FAILED, State.CONNECTED);
            }
        }
    }

    @Test
    void oneThatIsSlowCostsTheDeadlineAFewTimesAndThenNothing() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (DelayingProxy proxy = new DelayingProxy(server.port());
                    ObservedBackend observed = new ObservedBackend(config(proxy.port()))) {
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                proxy.delay(2 * ObservedBackend.DEADLINE.toMillis());
                observed.awaitOpen("u");
                long late = observed.outcomes("late");
                long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                while (System.nanoTime() - end < 0) {
                    observed.take("u");
                    TestRedis.time().idle(Duration.ofMillis(1));
                }
                // Pings are answered, late like all else: nobody is sent after them.
                assertThat(observed.outcomes("late") - late).isZero();
                proxy.delay(0);
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
            }
        }
    }

    @Test
    void connectionsThatAreTakenAndNeverAnsweredAreGivenUp() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (DelayingProxy proxy = new DelayingProxy(server.port());
                    ObservedBackend observed = new ObservedBackend(config(proxy.port()))) {
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                await().until(() -> observed.backend().isTracking());
                proxy.ignore(true);
                proxy.cut();
                observed.awaitState(State.RECONNECTING);
                // Long enough for each of the gateway's connections to be made anew, in vain.
                TestRedis.time().idle(Duration.ofSeconds(3));
                assertThat(observed.works("u")).isFalse();
                proxy.ignore(false);
                observed.awaitWorking("u", Duration.ofSeconds(15));
                observed.awaitState(State.CONNECTED);
                await().atMost(Duration.ofSeconds(15))
                        .until(() -> observed.backend().isTracking());
            }
        }
    }

    @Test
    void callsPassWhileSlotsMoveAndEachCountsOnce() throws Exception {
        List<RedisServer> masters = RedisServers.newCluster();
        try (ObservedBackend observed = new ObservedBackend(
                TestRedis.config(0).cluster(addresses(masters)).build())) {
            observed.awaitState(State.CONNECTED);
            List<String> users = usersOfTheFirst(masters, 40);
            RedisServer from = masters.get(0);
            RedisServer to = masters.get(1);
            Object fromId = from.send("CLUSTER", "MYID");
            Object toId = to.send("CLUSTER", "MYID");
            for (String user : users.subList(0, 20)) {
                assertThat(observed.works(user)).isTrue();
            }
            // -ASK for those who are new, and for those whose key has gone; -MOVED once the slot has.
            for (String user : users) {
                Object slot = from.send("CLUSTER", "KEYSLOT", key(user));
                to.send("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
                from.send("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
            }
            users.forEach(user -> assertThat(observed.works(user)).as(user).isTrue());
            users.parallelStream()
                    .forEach(user -> assertThat(observed.works(user)).as(user).isTrue());
            for (String user : users) {
                from.send("MIGRATE", "127.0.0.1", to.port(), key(user), 0, 5000);
                assertThat(observed.works(user)).as(user).isTrue();
            }
            for (String user : users) {
                Object slot = from.send("CLUSTER", "KEYSLOT", key(user));
                to.send("CLUSTER", "SETSLOT", slot, "NODE", toId);
                from.send("CLUSTER", "SETSLOT", slot, "NODE", toId);
                assertThat(observed.works(user)).as(user).isTrue();
            }
            for (int i = 0; i < users.size(); i++) {
                long used = 1_000_000
                        - observed.take(users.get(i)).states().getFirst().remaining();
                assertThat(used).as(users.get(i)).isEqualTo(i < 20 ? 6 : 5);
            }
            assertThat(observed.states()).containsExactly(State.CONNECTED);
        } finally {
            close(masters);
        }
    }

    private static String key(String user) {
        return "rate:limit:{user:" + user + "}";
    }

    private static List<String> addresses(List<RedisServer> servers) {
        return servers.stream()
                .map(server -> "redis://127.0.0.1:" + server.port())
                .toList();
    }

    private static List<String> usersOfTheFirst(List<RedisServer> masters, int count) throws Exception {
        List<String> users = new ArrayList<>();
        for (int i = 0; users.size() < count; i++) {
            if ((Long) masters.getFirst().send("CLUSTER", "KEYSLOT", key("u" + i)) < 16_384 / 3) {
                users.add("u" + i);
            }
        }
        return users;
    }

    private static void close(List<RedisServer> servers) throws Exception {
        for (RedisServer server : servers) {
            server.close();
        }
    }

    @Test
    void aReplicaTakesThePlaceOfADeadMasterInACluster() throws Exception {
        List<RedisServer> servers = new ArrayList<>(RedisServers.newCluster());
        try {
            servers.add(RedisServers.newReplica(List.copyOf(servers)));
            try (ObservedBackend observed = new ObservedBackend(TestRedis.config(0)
                    .deadline(ObservedBackend.DEADLINE)
                    .cluster(addresses(servers))
                    .build())) {
                String user = usersOfTheFirst(servers, 1).getFirst();
                observed.awaitWorking(user, RECOVERY);
                observed.awaitState(State.CONNECTED);
                servers.getFirst().kill();
                observed.awaitState(State.RECONNECTING);
                assertThat(observed.backend().detail()).startsWith("1 of 3 masters: ");
                await().atMost(FAILOVER)
                        .until(() -> ((String) servers.get(3).send("INFO", "replication")).contains("role:master"));
                observed.awaitWorking(user, RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
            }
        } finally {
            close(servers);
        }
    }

    @Test
    void aReplicaTakesThePlaceOfADeadMasterUnderSentinel() throws Exception {
        try (RedisServer master = RedisServers.own("--repl-diskless-sync-delay", "0")) {
            master.start();
            try (RedisServer replica = RedisServers.replicaOf(master);
                    RedisServer sentinel = RedisServers.sentinel("mymaster", master, Duration.ofMillis(500))) {
                replica.start();
                await().atMost(FAILOVER)
                        .until(() -> ((String) master.send("INFO", "replication")).contains("state=online"));
                sentinel.start();
                await().atMost(FAILOVER).until(() -> ((String) sentinel.send("INFO", "sentinel")).contains("slaves=1"));
                Sentinel names = new Sentinel(List.of("redis://127.0.0.1:" + sentinel.port()), "mymaster", "", null);
                try (ObservedBackend observed = new ObservedBackend(TestRedis.config(0)
                        .deadline(ObservedBackend.DEADLINE)
                        .sentinel(names)
                        .build())) {
                    observed.awaitWorking("u", RECOVERY);
                    observed.awaitState(State.CONNECTED);
                    master.kill();
                    observed.awaitState(State.RECONNECTING);
                    Object port = Integer.toString(replica.port());
                    await().atMost(FAILOVER)
                            .until(() -> ((List<?>) sentinel.send("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"))
                                    .contains(port));
                    observed.awaitWorking("u", RECOVERY);
                    observed.awaitState(State.CONNECTED);
                    assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
                }
            }
        }
    }

    @Test
    void callsThatRedisDiesOnEndAtTheDeadlineAndTakeUpNoRoomAfterwards() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(config(server.port()))) {
                observed.awaitWorking("u", RECOVERY);
                // By the event loop of this thread as well, which may not be that of the one that waited.
                assertThat(observed.works("u")).isTrue();
                server.suspend();
                assertThat(observed.works("u")).isFalse();
                assertThat(observed.backend().inFlight()).isPositive();
                server.kill();
                await().until(() -> observed.backend().inFlight() == 0);
                observed.awaitState(State.RECONNECTING);
                server.start();
                observed.awaitWorking("u", RECOVERY);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.RECONNECTING, State.CONNECTED);
            }
        }
    }
}
