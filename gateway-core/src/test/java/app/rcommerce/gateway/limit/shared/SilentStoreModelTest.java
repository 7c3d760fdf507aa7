package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Never over while answers are late or fail to come, and nobody refused for it who stays below half of his quota. */
class SilentStoreModelTest {

    private static final LeaseModel.Network NEAR =
            new LeaseModel.Network(Duration.ofNanos(50_000), Duration.ofMillis(2), 0);
    /** As on a machine without a processor to spare: every so often an answer comes after the deadline. */
    private static final LeaseModel.Network TIGHT =
            new LeaseModel.Network(Duration.ofNanos(50_000), Duration.ofMillis(14), 0);

    private static final Meter QUOTA = new Meter("a", "a:5000", 300, 5_000, true);

    private static Identifier client(int number) {
        return Identifier.user("u" + number);
    }

    /** Everybody asks every node as fast as he can. */
    static void flood(LeaseModel model, int clients, Duration gap, int next) {
        flood(model, clients, gap::toNanos, next);
    }

    private static void flood(LeaseModel model, int clients, LongSupplier gapNanos, int next) {
        model.request(next % model.nodes(), client((next / model.nodes()) % clients), List.of(QUOTA));
        model.after(Duration.ofNanos(gapNanos.getAsLong()), () -> flood(model, clients, gapNanos, next + 1));
    }

    static void stalls(LeaseModel model, Random random) {
        model.silence(Duration.ofMillis(40 + random.nextInt(160)));
        model.after(Duration.ofMillis(500 + random.nextInt(1_000)), () -> stalls(model, random));
    }

    private static void isNeverOver(LeaseModel model, long seed) {
        model.admissions.forEach((counted, times) -> assertThat(
                        LeaseModel.most(times, counted.meter().windowMillis()))
                .as("%s, seed %d", counted, seed)
                .isLessThanOrEqualTo(counted.meter().quota()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aFloodNeverGetsMoreThanTheQuotaWhateverIsLate(int nodes) {
        long seed = new Random().nextLong();
        System.out.println("silent store model: seed " + seed);
        for (int i = 0; i < 4; i++) {
            Random random = new Random(seed + i);
            LeaseModel model = new LeaseModel(random, nodes, i % 2 == 0 ? NEAR : TIGHT, true);
            model.after(Duration.ofMillis(random.nextInt(2_000)), () -> stalls(model, random));
            flood(model, 6, Duration.ofNanos(300_000 + random.nextInt(1_500_000)), 0);
            model.run(Duration.ofSeconds(40));
            isNeverOver(model, seed + i);
            // Eight windows: what stalls cost is seconds of them, not windows.
            assertThat(model.admitted).as("seed %d", seed + i).isGreaterThan(6 * 300 * 4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whenTheStoreDiesInMidWindowThereIsNoSecondQuota(int nodes) {
        for (int i = 0; i < 40; i++) {
            Random random = new Random(i);
            LeaseModel model = new LeaseModel(random, nodes, NEAR, true);
            flood(model, 1 + i % 6, Duration.ofNanos(300_000L << random.nextInt(7)), 0);
            model.run(Duration.ofMillis(random.nextInt(8_000)));
            long before = model.alone;
            model.silence(Duration.ofMillis(15_000 + random.nextInt(5_000)));
            model.run(Duration.ofSeconds(30));
            isNeverOver(model, i);
            assertThat(model.alone).as("the nodes go on by themselves").isGreaterThan(before);
        }
    }

    /** While nodes draw in turn, one of them may have heard last of a quota that was nearly whole. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void whenTheStoreDiesWhileTheQuotaIsBeingDrawnThereIsNoSecondQuota(int nodes) {
        long seed = new Random().nextLong();
        System.out.println("silent store model: seed " + seed);
        for (int i = 0; i < 24; i++) {
            Random random = new Random(seed + i);
            LeaseModel model = new LeaseModel(random, nodes, i % 2 == 0 ? NEAR : TIGHT, true);
            AtomicLong gap = new AtomicLong(40_000L << random.nextInt(4));
            flood(model, 6, gap::get, 0);
            // Every node has heard of everybody once.
            model.run(Duration.ofMillis(2 + random.nextInt(10)));
            for (int drawing = random.nextInt(100); drawing > 0; drawing -= 25) {
                model.pause(random.nextInt(nodes), Duration.ofMillis(random.nextInt(25)));
                model.run(Duration.ofMillis(random.nextInt(25)));
            }
            model.silence(Duration.ofSeconds(15));
            gap.set(1_000_000);
            model.run(Duration.ofSeconds(8));
            isNeverOver(model, seed + i);
        }
    }

    private static void honestly(LeaseModel model, Random random, Meter meter, double share, int number, int next) {
        double perSecond = share * 1_000.0 * meter.quota() / meter.windowMillis();
        model.request(next % model.nodes(), client(number), List.of(meter));
        // Never less than half of the even gap, so that no window sees much more than its part.
        long gap = (long) (1e9 / perSecond * (0.5 + random.nextDouble()));
        model.after(Duration.ofNanos(gap), () -> honestly(model, random, meter, share, number, next + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whoStaysBelowHalfOfTheQuotaIsNotRefusedByStalls(int nodes) {
        for (Meter meter : List.of(
                QUOTA,
                new Meter("b", "b:60000", 60, 60_000, true),
                new Meter("c", "c:60000", 1_000, 60_000, true),
                new Meter("d", "d:bucket", Algorithm.TOKEN_BUCKET, 100, 1_000, 60, true))) {
            Random random = new Random(nodes);
            LeaseModel model = new LeaseModel(random, nodes, NEAR, true);
            for (int i = 0; i < 20; i++) {
                honestly(model, random, meter, 0.4, i, i);
            }
            stalls(model, random);
            model.run(Duration.ofSeconds(90));
            assertThat(model.alone).isPositive();
            assertThat(model.refused).as("%s on %d nodes", meter, nodes).isZero();
        }
    }

    @Test
    void whoStaysBelowHalfOfTheQuotaIsNotRefusedWhileTheStoreIsAway() {
        Random random = new Random(1);
        LeaseModel model = new LeaseModel(random, 3, NEAR, true);
        for (int i = 0; i < 20; i++) {
            honestly(model, random, QUOTA, 0.4, i, i);
        }
        model.run(Duration.ofSeconds(7));
        model.silence(Duration.ofSeconds(30));
        model.run(Duration.ofSeconds(60));
        assertThat(model.refused).isZero();
    }
}
