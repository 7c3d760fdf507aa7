package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.RangesFull;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever others have written under our keys, a store answers. */
@Tag("redis")
class RedisGarbageIT {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Identifier CALLER = Identifier.key("erp");

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final Stores stores = TestRedis.single().stores(keys);
    private final String blockKey =
            KeyTemplate.of(keys.blockList(), "{identifier}").key("key:erp");

    private static Object redis(Object... words) throws Exception {
        return RedisServers.single().send(words);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void aBlockOfThePlatformsOwnCodeHolds() throws Exception {
        redis("SET", blockKey, "1", "PX", "60000");
        Block block = now(stores.blocks().find(CALLER));
        assertThat(block.reason()).isEmpty();
        assertThat(block.untilMillis() - System.currentTimeMillis()).isBetween(50_000L, 60_000L);
        assertThat(now(stores.blocks().list(10))).hasSize(1);
    }

    @Test
    void theValueOfABlockIsItsReasonInAnyForm() throws Exception {
        String[][] forms = {
            {"scraping", "scraping"},
            {"  two words\n", "two words"},
            {"\"in quotes\"", "in quotes"},
            {"{\"reason\":\"as JSON\",\"by\":\"ops\"}", "as JSON"},
            {"{}", ""},
            {"1", ""},
            {"true", ""},
            {"", ""},
            {"x".repeat(600), "x".repeat(500)},
        };
        TestRedis.single().unreadable().clear();
        for (String[] form : forms) {
            redis("SET", blockKey, form[0]);
            assertThat(now(stores.blocks().find(CALLER)).reason()).as(form[0]).isEqualTo(form[1]);
            assertThat(now(stores.blocks().list(10)))
                    .singleElement()
                    .satisfies(block -> assertThat(block.reason()).isEqualTo(form[1]));
        }
        assertThat(TestRedis.single().unreadable()).isEmpty();
    }

    @Test
    void aBlockWithoutAnEndIsFarAhead() throws Exception {
        redis("SET", blockKey, "{\"reason\": 7, \"x\": [");
        Block block = now(stores.blocks().find(CALLER));
        assertThat(block.reason()).isEmpty();
        assertThat(block.untilMillis()).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(TestRedis.single().unreadable()).contains("block");
    }

    @Test
    void aBlockKeyOfAnotherStructureIsNotThere() throws Exception {
        redis("LPUSH", blockKey, "1");
        assertThat(now(stores.blocks().find(CALLER))).isNull();
        assertThat(now(stores.blocks().list(10))).isEmpty();
        now(stores.blocks().block(new Subject.One(CALLER), HOUR, "now"));
        assertThat(now(stores.blocks().find(CALLER)).reason()).isEqualTo("now");
    }

    @Test
    void keysThatNameNobodyAreLeftOutOfTheList() throws Exception {
        KeyTemplate template = KeyTemplate.of(keys.blockList(), "{identifier}");
        for (String value : new String[] {"nobody", "ip:not-an-address", "ip:10.0.0.0/8", "user:", "IP:10.0.0.1"}) {
            redis("SET", template.key(value), "1");
        }
        redis("SET", template.key("ip:10.0.0.1"), "1");
        assertThat(now(stores.blocks().list(100)))
                .extracting(block -> block.subject().toString())
                .containsExactly("ip:10.0.0.1");
    }

    @Test
    void rangesThatAreNoneAreNotThereAndMakeRoom() throws Exception {
        redis(
                "HSET",
                keys.blockRanges(),
                "no range",
                "{\"until\":9e15}",
                "10.1.0.0/16",
                "garbage",
                "10.2.0.0/16",
                "{\"until\":\"soon\"}",
                "10.3.0.0/16",
                "{\"until\":1}",
                "10.4.0.0/16",
                "{\"until\":1e400}");
        assertThat(now(stores.blocks().ranges())).isEmpty();
        Subject range = Objects.requireNonNull(Subject.parse("ip:10.9.0.0/16"));
        now(stores.blocks().block(range, HOUR, "net"));
        assertThat(now(stores.blocks().ranges())).hasSize(1);
        assertThat((Long) redis("PTTL", keys.blockRanges())).isPositive();
        redis("DEL", keys.blockRanges());
        redis("SET", keys.blockRanges(), "no hash");
        assertThat(now(stores.blocks().ranges())).isEmpty();
        assertThat(now(stores.blocks().unblock(range))).isFalse();
        now(stores.blocks().block(range, HOUR, "net"));
        assertThat(now(stores.blocks().ranges())).hasSize(1);
    }

    @Test
    void rangesAreBoundedAndNetworksOf64BitsAreNone() throws Exception {
        long until = System.currentTimeMillis() + 60_000;
        List<Object> words = new ArrayList<>(List.of("HSET", keys.blockRanges()));
        for (int i = 0; i < BlockStore.MOST_RANGES; i++) {
            words.add("10." + i / 256 + "." + i % 256 + ".0/24");
            words.add("{\"until\":" + (i == 0 ? 1 : until) + "}");
        }
        redis(words.toArray());
        Subject one = Objects.requireNonNull(Subject.parse("192.0.2.0/24"));
        Subject more = Objects.requireNonNull(Subject.parse("198.51.100.0/24"));
        // One of them has ended and makes room.
        now(stores.blocks().block(one, HOUR, ""));
        assertThatThrownBy(() -> now(stores.blocks().block(more, HOUR, ""))).hasCauseInstanceOf(RangesFull.class);
        assertThatThrownBy(() -> now(stores.blocks().ban(more, HOUR, ""))).hasCauseInstanceOf(RangesFull.class);
        now(stores.blocks().block(one, HOUR, "again"));
        now(stores.blocks().block(Objects.requireNonNull(Subject.parse("2001:db8::/64")), HOUR, ""));
        assertThat(now(stores.blocks().ranges())).hasSize(BlockStore.MOST_RANGES);
    }

    @Test
    void aNetworkAmongTheRangesHoldsAndIsLiftedAllTheSame() throws Exception {
        redis("HSET", keys.blockRanges(), "2001:db8::/64", "{\"until\":9000000000000000}");
        Subject network = Objects.requireNonNull(Subject.parse("2001:db8::/64"));
        assertThat(now(stores.blocks().ranges())).hasSize(1);
        assertThat(now(stores.blocks().unblock(network))).isTrue();
        assertThat(now(stores.blocks().ranges())).isEmpty();
        assertThat(now(stores.blocks().unblock(network))).isFalse();
    }

    @Test
    void aTokenIsRevokedByAnyKeyOfAnyKind() throws Exception {
        KeyTemplate template = KeyTemplate.of(keys.tokenBlacklist(), "{token_id}");
        redis("SADD", template.key("a"), "x");
        redis("SET", template.key("b"), "");
        redis("HSET", template.key("c"), "token_id", "c");
        for (String token : new String[] {"a", "b", "c"}) {
            assertThat(now(stores.revocations().isRevoked(token))).isTrue();
        }
    }

    @Test
    void aCutoffThatIsNoTimeRevokesNothing() throws Exception {
        String key = KeyTemplate.of(keys.subjectCutoff(), "{identifier}").key(CALLER.toString());
        TestRedis.single().unreadable().clear();
        for (String value : new String[] {"", "soon", "-5", "1,5", "99999999999999999999999", "\u0661\u0662", "{}"}) {
            redis("SET", key, value);
            assertThat(now(stores.revocations().cutoff(CALLER))).as(value).isEqualTo(RevocationStore.NO_CUTOFF);
        }
        redis("DEL", key);
        redis("RPUSH", key, "1");
        assertThat(now(stores.revocations().cutoff(CALLER))).isEqualTo(RevocationStore.NO_CUTOFF);
        assertThat(TestRedis.single().unreadable()).hasSize(8).containsOnly("cutoff");
        now(stores.revocations().revokeBefore(CALLER, 1000, HOUR));
        assertThat(now(stores.revocations().cutoff(CALLER))).isEqualTo(1000);
    }

    @Test
    void aCutoffIsATimeInAnyForm() throws Exception {
        String key = KeyTemplate.of(keys.subjectCutoff(), "{identifier}").key(CALLER.toString());
        TestRedis.single().unreadable().clear();
        for (String value : new String[] {
            "1767225600", "1767225600.0", "1767225600000", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"
        }) {
            redis("SET", key, value);
            assertThat(now(stores.revocations().cutoff(CALLER))).as(value).isEqualTo(1_767_225_600_000L);
        }
        assertThat(TestRedis.single().unreadable()).isEmpty();
    }

    @Test
    void aRangeMayEndInSecondsAndOneThatIsNotUnderstoodIsTold() throws Exception {
        long until = System.currentTimeMillis() / 1000 + 60;
        redis("HSET", keys.blockRanges(), "10.1.0.0/16", "{\"until\":" + until + "}", "10.2.0.0/16", "1");
        TestRedis.single().unreadable().clear();
        assertThat(now(stores.blocks().ranges()))
                .singleElement()
                .satisfies(block -> assertThat(block.untilMillis()).isEqualTo(until * 1000));
        assertThat(TestRedis.single().unreadable()).containsExactly("range");
        now(stores.blocks().block(Objects.requireNonNull(Subject.parse("10.9.0.0/16")), HOUR, ""));
        assertThat(now(stores.blocks().ranges())).as("it has not made room").hasSize(2);
    }

    @Test
    void aReplyKeyOfAnotherStructureIsNotThere() throws Exception {
        CacheKey key = new CacheKey(Digests.sha256Hex("a"));
        String name = KeyTemplate.of(keys.apiCache(), "{key}").key(key.digest());
        redis("HSET", name, "a", "b");
        assertThat(now(stores.replies().get(key))).isNull();
        assertThat(now(stores.replies().purge(PathPattern.parse("/**")))).isZero();
        now(stores.replies().put(key, new byte[] {1}, HOUR));
        assertThat(now(stores.replies().get(key))).containsExactly(1);
        redis("DEL", name);
        redis("HSET", name, "a", "b");
        assertThat(now(stores.replies().purge(null))).isEqualTo(1);
    }
}
