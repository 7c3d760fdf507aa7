package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.slot.SlotLedger.SlotClaim;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The counters that the platform's own code keeps, and what becomes of keys that hold something else. */
@Tag("redis")
class RedisPlainCountersIT {

    private static final Identifier CALLER = Identifier.ip("203.0.113.9");
    private static final Meter MINUTE =
            new Meter("w", "fixed:60000:window", Meter.Algorithm.FIXED_WINDOW, 5, 60_000, 5, true);
    private static final Meter DAY =
            new Meter("w", "fixed:86400000:window", Meter.Algorithm.FIXED_WINDOW, 100, 86_400_000, 100, true);

    /** 2026-01-01T01:00:10Z. */
    private final HandClock clock = new HandClock(1_767_229_210_000L);

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final CommandDispatcher dispatcher = TestRedis.single().dispatcher();
    private final RedisWindowStore store = new RedisWindowStore(dispatcher, keys, clock);
    private final String minute =
            keys.fixedWindow().replace("{identifier}/{window}/{start}", "ip:203.0.113.9/minute/1767229200");
    private final String day =
            keys.fixedWindow().replace("{identifier}/{window}/{start}", "ip:203.0.113.9/day/1767225600");

    private static Object redis(Object... words) throws Exception {
        return RedisServers.single().send(words);
    }

    private Decision take(int permits, Meter... meters) {
        return store.take(CALLER, List.of(meters), permits)
                .toCompletableFuture()
                .join();
    }

    @Test
    void whatWeCountIsAPlainNumberThatEndsWithItsWindow() throws Exception {
        take(2, MINUTE, DAY);
        assertThat(redis("GET", minute)).isEqualTo("2");
        assertThat(redis("GET", day)).isEqualTo("2");
        assertThat((Long) redis("PTTL", minute)).isBetween(45_000L, 50_000L);
        assertThat((Long) redis("PTTL", day)).isBetween(82_000_000L, 82_790_000L);
    }

    @Test
    void whatThePlatformCountsCountsToo() throws Exception {
        redis("SET", minute, "3", "EX", "30");
        assertThat(take(1, MINUTE).states().getFirst().remaining()).isEqualTo(1);
        assertThat((Long) redis("PTTL", minute)).as("its own life stays").isBetween(25_000L, 30_000L);
        assertThat(redis("INCR", minute)).isEqualTo(5L);
        assertThat(take(1, MINUTE).granted()).isFalse();
        assertThat(redis("GET", minute)).as("refused ones are not counted").isEqualTo("5");
        assertThat(redis("INCR", minute)).isEqualTo(6L);
        assertThat(take(1, MINUTE).states().getFirst().remaining()).isZero();
    }

    @Test
    void aCounterWithoutAnEndGetsOne() throws Exception {
        redis("SET", minute, "1");
        take(1, MINUTE);
        assertThat((Long) redis("PTTL", minute)).isBetween(45_000L, 50_000L);
    }

    @Test
    void whatIsNoNumberIsCountedAfresh() throws Exception {
        for (String[] foreign : new String[][] {
            {"SET", minute, "many"},
            {"SET", minute, "-4"},
            {"SET", minute, "1e9"},
            {"SET", minute, "99999999999999999999"},
            {"LPUSH", minute, "1"},
            {"HSET", minute, "a", "1"}
        }) {
            redis("DEL", minute);
            redis((Object[]) foreign);
            assertThat(store.usage(CALLER, List.of(MINUTE))
                            .toCompletableFuture()
                            .join()
                            .states()
                            .getFirst()
                            .remaining())
                    .isEqualTo(5);
            assertThat(take(2, MINUTE).states().getFirst().remaining()).isEqualTo(3);
            assertThat(redis("GET", minute)).isEqualTo("2");
            assertThat((Long) redis("PTTL", minute)).isPositive();
        }
    }

    @Test
    void aNumberWithZerosInFrontIsThatNumber() throws Exception {
        for (String written : new String[] {"003", "00000000000000000000003"}) {
            redis("SET", minute, written, "EX", "30");
            assertThat(take(1, MINUTE).states().getFirst().remaining())
                    .as(written)
                    .isEqualTo(1);
            assertThat(redis("GET", minute)).isEqualTo("4");
            assertThat((Long) redis("PTTL", minute)).as("its own life stays").isBetween(25_000L, 30_000L);
            redis("SET", minute, written, "EX", "30");
            store.charge(CALLER, List.of(MINUTE), 1).toCompletableFuture().join();
            assertThat(redis("GET", minute)).isEqualTo("4");
            Decision decision = take(1, MINUTE);
            redis("SET", minute, "005", "EX", "30");
            store.giveBack(CALLER, List.of(MINUTE), 1, decision)
                    .toCompletableFuture()
                    .join();
            assertThat(redis("GET", minute)).isEqualTo("4");
        }
        redis("SET", minute, "007", "EX", "30");
        assertThat(take(1, MINUTE).granted()).isFalse();
    }

    @Test
    void whatIsNoLedgerMakesRoom() throws Exception {
        String key = keys.concurrency().replace("{identifier}", CALLER.toString());
        RedisSlotLedger ledger =
                new RedisSlotLedger(TestRedis.single().dispatcher(), keys, "one", Duration.ofSeconds(10));
        for (String[] foreign : new String[][] {
            {"SET", key, "1"},
            {"HSET", key, "a|dead", "x", "a|two", "99 99999999999999999999", "nonsense", "3 1", "a|three", "-1 5"}
        }) {
            redis("DEL", key);
            redis((Object[]) foreign);
            assertThat(ledger.held(CALLER, "a").toCompletableFuture().join()).isZero();
            assertThat(ledger.hold(CALLER, "a", new SlotClaim(3, 0, 3, 1))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(3);
            assertThat(redis("HLEN", key)).isEqualTo(1L);
            assertThat((Long) redis("PTTL", key)).isBetween(9_000L, 10_000L);
        }
    }
}
