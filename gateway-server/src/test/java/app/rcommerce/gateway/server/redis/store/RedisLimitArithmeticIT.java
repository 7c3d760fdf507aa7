package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Counters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Hold;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The script takes the very decisions of {@link Counters}, and looks after its keys. */
@Tag("redis")
class RedisLimitArithmeticIT {

    private static final Identifier CALLER = Identifier.user("42");
    private static final long START = 1_767_225_600_000L;

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final CommandDispatcher dispatcher = TestRedis.single().dispatcher();
    private final String key = KeyTemplate.of(keys.rateLimit(), "{identifier}").key(CALLER.toString());

    private Decision take(long now, int permits, List<Meter> meters) {
        return RedisLimitStore.at(dispatcher, keys, now)
                .take(CALLER, meters, permits)
                .toCompletableFuture()
                .join();
    }

    private Decision usage(long now, List<Meter> meters) {
        return RedisLimitStore.at(dispatcher, keys, now)
                .usage(CALLER, meters)
                .toCompletableFuture()
                .join();
    }

    private static Object redis(Object... words) throws Exception {
        return RedisServers.single().send(words);
    }

    private static Meter meter(String limit, long quota, long window, boolean enforced) {
        return new Meter(limit, limit + ":" + window, quota, window, enforced);
    }

    @Test
    void randomSchedulesAreDecidedAsInMemory() {
        long seed = new Random().nextLong();
        System.out.println("random schedules: seed " + seed);
        for (int i = 0; i < 25; i++) {
            schedule(new Random(seed + i), "seed " + seed + " + " + i);
            new RedisLimitStore(dispatcher, keys, java.time.Duration.ZERO)
                    .reset(CALLER)
                    .toCompletableFuture()
                    .join();
        }
    }

    private void schedule(Random random, String what) {
        List<Meter> meters = new ArrayList<>();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i <= random.nextInt(3); i++) {
            long window = switch (random.nextInt(4)) {
                case 0 -> 100 + random.nextInt(900);
                case 1 -> 1_000;
                case 2 -> 60_000;
                default -> 3_600_000;
            };
            shortest = Math.min(shortest, window);
            boolean enforced = random.nextInt(4) > 0;
            meters.add(
                    random.nextInt(3) == 0
                            ? bucket("b" + i, 1 + random.nextInt(60), window, 1 + random.nextInt(400), enforced)
                            : meter("m" + i, 1 + random.nextInt(600), window, enforced));
        }
        Counters counters = new Counters();
        long now = START + random.nextInt(1_000_000);
        Deque<Grant> leases = new ArrayDeque<>();
        for (int step = 0; step < 120; step++) {
            List<Meter> asked = random.nextInt(4) == 0 ? meters.subList(0, 1 + random.nextInt(meters.size())) : meters;
            int permits = random.nextInt(12) == 0 ? 1 + random.nextInt(80) : 1 + random.nextInt(3);
            switch (random.nextInt(6)) {
                case 3 -> {
                    counters.charge(asked, permits, now);
                    RedisLimitStore.at(dispatcher, keys, now)
                            .charge(CALLER, asked, permits)
                            .toCompletableFuture()
                            .join();
                }
                case 0 -> assertThat(usage(now, asked)).as(what).isEqualTo(counters.usage(asked, now));
                case 1 -> {
                    Unused unused = unused(random, leases.poll());
                    int most = permits + random.nextInt(100);
                    LeaseRequest request = new LeaseRequest(permits, most, 1 + random.nextInt(4), unused);
                    Grant grant = lease(now, meters, request);
                    assertThat(grant).as(what).isEqualTo(counters.lease(meters, request, now));
                    leases.add(grant);
                }
                case 2 -> {
                    Unused unused = unused(random, leases.poll());
                    if (unused.permits() > 0) {
                        counters.giveBack(meters, unused, now);
                        giveBack(now, meters, unused);
                    }
                }
                default -> assertThat(take(now, permits, asked)).as(what).isEqualTo(counters.take(asked, permits, now));
            }
            now += switch (random.nextInt(20)) {
                case 0, 1 -> random.nextLong(2 * shortest);
                case 2, 3 -> shortest / 100;
                case 4, 5 -> 0;
                default -> random.nextLong(1 + shortest / 20);
            };
        }
    }

    @Test
    void randomHoldsAreDecidedAsInMemory() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("random holds: seed " + seed);
        for (int i = 0; i < 40; i++) {
            holds(new Random(seed + i), 150, "seed " + seed + " + " + i);
            redis("DEL", key);
        }
        for (int i = 40; i < 240; i++) {
            holds(new Random(seed + i), 4, "seed " + seed + " + " + i);
            redis("DEL", key);
        }
    }

    /** Some meters of which holds can be had. */
    private static List<Meter> meters(Random random) {
        List<Meter> meters = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            long window = random.nextBoolean() ? 1_000 : 60_000;
            boolean enforced = random.nextInt(4) > 0;
            meters.add(
                    random.nextInt(3) == 0
                            ? bucket("b" + i, 1 + random.nextInt(60), window, 1 + random.nextInt(40), enforced)
                            : meter("m" + i, 1 + random.nextInt(60), window, enforced));
        }
        return meters;
    }

    @Test
    void ofANewCallerTheShortWayLeavesWhatTheLongOneDoes() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("new callers: seed " + seed);
        for (int i = 0; i < 200; i++) {
            Random random = new Random(seed + i);
            List<Meter> meters = meters(random);
            long least = random.nextInt(3);
            LeaseRequest request = new LeaseRequest(
                    least,
                    least + random.nextInt(12),
                    1 + random.nextInt(3),
                    Unused.NONE,
                    new Hold("node", 1 + random.nextInt(9), random.nextInt(3), random.nextInt(3), 9_000));
            long now = START + random.nextInt(1_000_000);
            redis("DEL", key);
            Grant grant = lease(now, meters, request);
            Object left = redis("HGETALL", key);
            long life = (Long) redis("PTTL", key);

            redis("DEL", key);
            // What cannot be read is dropped, and the caller is a new one; but the script goes the long way then.
            redis("HSET", key, meters.getFirst().field(), "damaged");
            String what = "seed " + seed + " + " + i + ", " + meters + ", " + request;
            assertThat(lease(now, meters, request)).as(what).isEqualTo(grant);
            assertThat(redis("HGETALL", key)).as(what).isEqualTo(left);
            assertThat((Long) redis("PTTL", key)).as(what).isBetween(life - 1_000, life + 1_000);
        }
    }

    private void holds(Random random, int steps, String what) {
        List<Meter> meters = meters(random);
        Counters counters = new Counters();
        long now = START + random.nextInt(1_000_000);
        long[] used = new long[3];
        long[] acknowledged = new long[3];
        long[] inHand = new long[3];
        long sequence = 10;
        for (int step = 0; step < steps; step++) {
            int node = random.nextInt(3);
            List<Meter> asked = node == 2 ? meters.subList(0, 1 + random.nextInt(meters.size())) : meters;
            switch (random.nextInt(10)) {
                case 0 -> assertThat(usage(now, asked)).as(what).isEqualTo(counters.usage(asked, now));
                case 1 -> {
                    int permits = 1 + random.nextInt(5);
                    assertThat(take(now, permits, asked)).as(what).isEqualTo(counters.take(asked, permits, now));
                }
                default -> {
                    used[node] += random.nextLong(inHand[node] + 1);
                    long least = random.nextInt(3);
                    long most = random.nextInt(5) == 0 ? least : least + random.nextInt(12);
                    boolean repeated = random.nextInt(10) == 0;
                    Hold hold = new Hold(
                            "node" + node,
                            repeated ? sequence - random.nextInt(3) : ++sequence,
                            used[node],
                            acknowledged[node],
                            random.nextInt(4) == 0 ? 2_000 : 9_000);
                    LeaseRequest request = new LeaseRequest(least, most, 1 + random.nextInt(3), Unused.NONE, hold);
                    Grant grant = lease(now, asked, request);
                    assertThat(grant).as(what).isEqualTo(counters.lease(asked, request, now));
                    if (!repeated && random.nextInt(8) > 0) {
                        acknowledged[node] = used[node];
                        inHand[node] = grant.permits();
                    }
                }
            }
            now += switch (random.nextInt(12)) {
                case 0 -> random.nextLong(70_000);
                case 1, 2 -> random.nextLong(4_000);
                default -> random.nextLong(30);
            };
        }
    }

    private static Unused unused(Random random, @Nullable Grant grant) {
        return grant == null || grant.permits() == 0
                ? Unused.NONE
                : Unused.of(random.nextLong(grant.permits() + 1), grant);
    }

    private Grant lease(long now, List<Meter> meters, LeaseRequest request) {
        return RedisLimitStore.at(dispatcher, keys, now)
                .lease(CALLER, meters, request)
                .toCompletableFuture()
                .join();
    }

    private void giveBack(long now, List<Meter> meters, Unused unused) {
        RedisLimitStore.at(dispatcher, keys, now)
                .giveBack(CALLER, meters, unused)
                .toCompletableFuture()
                .join();
    }

    private static Meter bucket(String limit, long quota, long window, long burst, boolean enforced) {
        return new Meter(limit, limit + ":" + window, Meter.Algorithm.TOKEN_BUCKET, quota, window, burst, enforced);
    }

    @Test
    void aClockThatStepsBackIsFollowed() {
        List<Meter> meters = List.of(meter("a", 2, 60_000, true));
        Counters counters = new Counters();
        for (long now :
                new long[] {START, START - 30_000, START - 10_000_000, START - 9_940_000, START - 9_939_300, START}) {
            assertThat(take(now, 1, meters)).isEqualTo(counters.take(meters, 1, now));
        }
    }

    @Test
    void whatADeadNodeHoldsEndsThoughTheClockWasSetBack() throws Exception {
        List<Meter> meters = List.of(meter("a", 10, 60_000, true), meter("b", 20, 90_000, true));
        Counters counters = new Counters();
        long then = START + 3_600_000;
        for (String node : List.of("dead", "lives")) {
            LeaseRequest four = new LeaseRequest(0, 4, 1, Unused.NONE, new Hold(node, 1, 0, 0, 150_000));
            assertThat(lease(then, meters, four)).isEqualTo(counters.lease(meters, four, then));
        }
        // An hour back: both hold their permits, and the one that lives goes on.
        LeaseRequest other = new LeaseRequest(1, 4, 1, Unused.NONE, new Hold("other", 1, 0, 0, 9_000));
        Grant first = lease(START, meters, other);
        assertThat(first).isEqualTo(counters.lease(meters, other, START));
        assertThat(first.decision().granted()).isTrue();
        LeaseRequest told = new LeaseRequest(0, 4, 1, Unused.NONE, new Hold("lives", 2, 3, 0, 9_000));
        assertThat(lease(START + 1, meters, told)).isEqualTo(counters.lease(meters, told, START + 1));
        assertThat((Long) redis("PTTL", key)).isLessThan(300_000L);
        // What nobody tells of ends, counts as used at that time, and is over a window later.
        for (long now = START + 2; now < START + 400_000; now += 7_001) {
            assertThat(take(now, 1, meters)).isEqualTo(counters.take(meters, 1, now));
        }
        assertThat((String) redis("HGET", key, meters.getFirst().field())).doesNotContain("|");
    }

    @Test
    void everyKeyEndsAfterItsLongestWindowWhateverIsAskedLater() throws Exception {
        Meter hour = meter("h", 5, 3_600_000, true);
        Meter second = meter("s", 5, 1_000, true);
        take(START, 1, List.of(hour, second));
        take(START, 1, List.of(second));
        assertThat((Long) redis("PTTL", key)).isBetween(3_636_000L, 4_000_000L);
    }

    @Test
    void aRefusalWritesNothing() throws Exception {
        List<Meter> meters = List.of(meter("a", 1, 60_000, true));
        take(START, 1, meters);
        Object before = redis("HGETALL", key);
        redis("PEXPIRE", key, "12345");
        take(START + 5, 1, meters);
        usage(START + 5, meters);
        assertThat(redis("HGETALL", key)).isEqualTo(before);
        assertThat((Long) redis("PTTL", key)).isLessThanOrEqualTo(12345);
    }

    @Test
    void aKeyStaysSmall() throws Exception {
        List<Meter> meters = List.of(meter("a", 1_000_000, 60_000, true), meter("b", 1_000_000, 3_600_000, true));
        for (int i = 0; i < 300; i++) {
            take(START + i * 600L, 7, meters);
        }
        assertThat((Long) redis("MEMORY", "USAGE", key)).isLessThan(2_000);
    }

    @Test
    void aKeyOfAnotherStructureIsReplaced() throws Exception {
        List<Meter> meters = List.of(meter("a", 1, 60_000, true));
        for (String[] foreign : new String[][] {{"SET", key, "1"}, {"LPUSH", key, "x"}, {"SADD", key, "x"}}) {
            redis("DEL", key);
            redis((Object[]) foreign);
            assertThat(usage(START, meters).granted()).isTrue();
            assertThat(take(START, 1, meters).granted()).isTrue();
            assertThat(take(START, 1, meters).granted()).isFalse();
            assertThat(redis("TYPE", key)).isEqualTo("hash");
        }
    }

    @Test
    void aDamagedHashIsCountedAfresh() throws Exception {
        Meter meter = meter("a", 3, 60_000, true);
        List<Meter> meters = List.of(meter);
        long part = START / 600;
        String field = meter.field();
        List<String> heads = List.of(
                "",
                "x",
                "1 2 3",
                "-1 2 3 4",
                "0 0 0 0",
                "3 " + part + " " + part + " 2",
                "2 1 9 1",
                "99999999999999999999 " + part + " " + part + " 99999999999999999999",
                "3 " + part + " " + (part - 5) + " 1",
                "3 " + part + " " + (part - 99) + " 1",
                "3 " + (part - 2) + " " + (part - 102) + " 1",
                "nan nan nan nan",
                "1e9 1 1 1e9");
        List<String> logs = List.of("", "x", "1:1;", "0:0;", "2:9999999;", "1:1;1:1", "2:5;x", ";;;");
        for (String head : heads) {
            for (String log : logs) {
                redis("DEL", key);
                redis("HSET", key, field, head, field + "|", log);
                usage(START, meters);
                for (int i = 0; i < 4; i++) {
                    Decision decision = take(START, 1, meters);
                    assertThat(decision.retryAfterMillis())
                            .as("%s %s", head, log)
                            .isBetween(0L, 60_700L);
                }
                assertThat(take(START + 61_000, 1, meters).granted())
                        .as("%s %s", head, log)
                        .isTrue();
            }
        }
    }
}
