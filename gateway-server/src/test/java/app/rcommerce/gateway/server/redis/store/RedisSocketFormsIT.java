package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.SocketRecords;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.socket.SocketRecord.Passed;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.store.socket.SocketStore.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in Redis of sockets, as other programs read and write it. */
@Tag("redis")
class RedisSocketFormsIT {

    private static final String ID = "8f14e45f-ceea-467f-9d31-2b8b1b4d7c11";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Identifier ANA = Identifier.user("ana");

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final String before =
            KeyTemplate.of(keys.websocketSession(), "{session_id}").before();
    private final String key = before + ID;

    private SocketStore store(SocketRecords form) {
        return TestRedis.single().stores(keys, form).sockets();
    }

    private static Object redis(Object... words) throws Exception {
        return RedisServers.single().send(words);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static SocketRecord record() {
        return new SocketRecord(
                ID,
                "a1",
                ANA,
                "203.0.113.9",
                "live",
                "web-1/42",
                1_767_225_600_000L,
                1_767_225_601_000L,
                List.of("order_updates"),
                new Passed(1, 2, 3, 4));
    }

    @Test
    void theHashIsThatOfTheContract() throws Exception {
        now(store(SocketRecords.HASH).save(record(), HOUR));
        assertThat(redis("TYPE", key)).isEqualTo("hash");
        assertThat((List<?>) redis(
                        "HMGET",
                        key,
                        "id",
                        "user_id",
                        "address",
                        "route",
                        "node",
                        "connected_at",
                        "last_activity",
                        "subscriptions",
                        "bytes",
                        "messages"))
                .isEqualTo(List.of(
                        ID,
                        "ana",
                        "203.0.113.9",
                        "live",
                        "web-1/42",
                        "2026-01-01T00:00:00Z",
                        "2026-01-01T00:00:01Z",
                        "[\"order_updates\"]",
                        "3",
                        "7"));
        assertThat((Long) redis("PTTL", key)).isBetween(3_590_000L, 3_600_000L);
    }

    @Test
    void theJsonIsBesideItsSets() throws Exception {
        now(store(SocketRecords.JSON).save(record(), HOUR));
        String user = before + "user:ana/sessions";
        String address = before + "ip:203.0.113.9/sessions";
        assertThat((String) redis("GET", key)).startsWith("{").contains("\"user_id\":\"ana\"", "\"route\":\"live\"");
        Awaitility.await()
                .untilAsserted(() -> assertThat(redis("SMEMBERS", address)).isEqualTo(List.of(ID)));
        assertThat(redis("SMEMBERS", user)).isEqualTo(List.of(ID));
        for (String each : List.of(key, user, address)) {
            assertThat((Long) redis("PTTL", each)).as(each).isBetween(3_590_000L, 3_600_000L);
        }
        now(store(SocketRecords.JSON).remove(record()));
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(redis("EXISTS", key, user, address)).isEqualTo(0L));
    }

    @Test
    void aHashThatThePlatformHasWrittenIsFound() throws Exception {
        redis("HSET", key, "user_id", "ana", "ip_address", "203.0.113.9", "connected_at", "1767225600");
        SocketStore store = store(SocketRecords.HASH);
        SocketRecord found = Objects.requireNonNull(now(store.find(ID)));
        assertThat(found.user()).isEqualTo(ANA);
        assertThat(now(store.byUser(ANA, 10))).containsExactly(found);
        assertThat(now(store.byAddress("203.0.113.9", 10))).containsExactly(found);
        assertThat(now(store.touch(List.of(record()), HOUR))).containsExactly(Outcome.WRITTEN);
        assertThat(redis("HGET", key, "ip_address")).as("a field of its own").isEqualTo("203.0.113.9");
        assertThat((Long) redis("TTL", key)).isPositive();
    }

    @Test
    void jsonThatThePlatformHasWrittenIsFoundThroughItsSets() throws Exception {
        redis("SET", key, "{\"session_id\":\"" + ID + "\",\"user_id\":\"ana\",\"ip\":\"203.0.113.9\"}");
        redis("SADD", before + "user:ana/sessions", ID, "gone-0123456789", "../x", "");
        redis("SADD", before + "ip:203.0.113.9/sessions", ID);
        SocketStore store = store(SocketRecords.JSON);
        assertThat(now(store.byUser(ANA, 10))).extracting(SocketRecord::id).containsExactly(ID);
        assertThat(now(store.byAddress("203.0.113.9", 10))).hasSize(1);
        assertThat(now(store.all(10))).as("sets are no records").hasSize(1);
        Awaitility.await()
                .untilAsserted(() -> assertThat(redis("SMEMBERS", before + "user:ana/sessions"))
                        .as("what is gone leaves the set")
                        .isEqualTo(List.of(ID)));
    }

    @Test
    void anExpiredRecordLeavesItsSets() throws Exception {
        SocketStore store = store(SocketRecords.JSON);
        now(store.save(record(), HOUR));
        redis("DEL", key);
        assertThat(now(store.byUser(ANA, 10))).isEmpty();
        Awaitility.await()
                .untilAsserted(() -> assertThat(redis("EXISTS", before + "user:ana/sessions"))
                        .isEqualTo(0L));
    }

    @ParameterizedTest
    @EnumSource(
            value = SocketRecords.class,
            names = {"HASH", "JSON"})
    void whateverStandsThereIsNoRecordAndIsReplaced(SocketRecords form) throws Exception {
        SocketStore store = store(form);
        Object[][] garbage = {
            {"SET", key, "garbage"},
            {"SET", key, "{\"holder\":7}"},
            {"SET", key, "[".repeat(5_000)},
            {"LPUSH", key, "x"},
            {"SADD", key, "x"},
            {"ZADD", key, "1", "x"},
            {"HSET", key, "holder", ""},
            {"HSET", key, "route", "live"}
        };
        for (Object[] write : garbage) {
            redis("DEL", key);
            redis(write);
            assertThat(now(store.find(ID))).as("%s", (Object) write).isNull();
            assertThat(now(store.all(10))).isEmpty();
            assertThat(now(store.touch(List.of(record()), HOUR))).containsExactly(Outcome.WRITTEN);
            assertThat(now(store.find(ID))).isEqualTo(record());
            assertThat((Long) redis("TTL", key)).isPositive();
        }
        Object[] huge = new Object[402];
        huge[0] = "HSET";
        huge[1] = key;
        for (int i = 2; i < huge.length; i++) {
            huge[i] = "f" + i;
        }
        redis("DEL", key);
        redis(huge);
        assertThat(now(store.find(ID))).as("a hash of another kind").isNull();
        assertThat(TestRedis.single().unreadable()).contains("socket");
    }

    @Test
    void aSetThatIsNoneIsReplaced() throws Exception {
        redis("SET", before + "user:ana/sessions", "garbage");
        SocketStore store = store(SocketRecords.JSON);
        assertThat(now(store.byUser(ANA, 10))).isEmpty();
        now(store.save(record(), HOUR));
        Awaitility.await()
                .untilAsserted(() -> assertThat(now(store.byUser(ANA, 10))).hasSize(1));
        redis("PERSIST", before + "user:ana/sessions");
        now(store.touch(List.of(record()), HOUR));
        Awaitility.await()
                .untilAsserted(() -> assertThat((Long) redis("TTL", before + "user:ana/sessions"))
                        .isPositive());
    }
}
