package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Never over, hardly under, almost free: over random schedules of everything that can happen to nodes and network. */
class LeaseModelTest {

    private static final LeaseModel.Network NEAR =
            new LeaseModel.Network(Duration.ofNanos(50_000), Duration.ofMillis(2), 0);
    private static final LeaseModel.Network BAD =
            new LeaseModel.Network(Duration.ofNanos(50_000), Duration.ofMillis(20), 0.03);
    private static final Identifier CLIENT = Identifier.user("client");

    private static Meter window(String name, long quota, long millis) {
        return new Meter(name, name + ":" + millis, quota, millis, true);
    }

    private static Meter bucket(String name, long quota, long millis, long burst) {
        return new Meter(name, name + ":bucket", Algorithm.TOKEN_BUCKET, quota, millis, burst, true);
    }

    @Test
    void neverOverTheQuotaWhateverHappens() {
        long seed = new Random().nextLong();
        System.out.println("lease model: seed " + seed);
        long checked = 0;
        for (int i = 0; i < 12; i++) {
            checked += chaos(seed + i);
        }
        assertThat(checked).isGreaterThan(10_000);
    }

    /** 50 clients by Zipf's law, several windows to a limit, three nodes, and everything that can go wrong. */
    private static long chaos(long seed) {
        Random random = new Random(seed);
        LeaseModel model = new LeaseModel(random, 3, random.nextBoolean() ? NEAR : BAD);
        List<List<Meter>> limits = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long window = 1_500 + random.nextInt(4_000);
            List<Meter> meters = new ArrayList<>(List.of(
                    window("a", 1 + random.nextInt(300), window), window("b", 1 + random.nextInt(900), 3 * window)));
            if (random.nextInt(3) == 0) {
                meters.add(bucket("c", 1 + random.nextInt(200), 1_000, 1 + random.nextInt(300)));
            }
            limits.add(meters);
        }
        double rate = Math.pow(10, 2 + 2 * random.nextDouble());
        requests(model, random, limits, rate);
        troubles(model, random);
        model.run(Duration.ofSeconds(15));
        model.admissions.forEach((counted, times) -> {
            Meter meter = counted.meter();
            long bound = meter.algorithm() == Algorithm.TOKEN_BUCKET
                    ? meter.burst() + meter.quota() * meter.windowMillis() / 1_000
                    : meter.quota();
            assertThat(LeaseModel.most(times, meter.windowMillis()))
                    .as("%s, seed %d", counted, seed)
                    .isLessThanOrEqualTo(bound);
        });
        return model.admitted;
    }

    private static void requests(LeaseModel model, Random random, List<List<Meter>> limits, double perSecond) {
        int client = Math.min(limits.size() - 1, (int) Math.pow(limits.size(), random.nextDouble()) - 1);
        model.request(random.nextInt(model.nodes()), Identifier.user("u" + client), limits.get(client));
        long pause = random.nextInt(500) == 0
                ? random.nextLong(2_000_000_000L)
                : (long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond);
        model.after(Duration.ofNanos(pause), () -> requests(model, random, limits, perSecond));
    }

    private static void troubles(LeaseModel model, Random random) {
        int node = random.nextInt(model.nodes());
        switch (random.nextInt(3)) {
            case 0 -> model.pause(node, Duration.ofMillis(random.nextInt(400)));
            case 1 -> model.kill(node);
            default -> model.step(node, Duration.ofSeconds(random.nextInt(-7200, 7200)));
        }
        model.after(Duration.ofMillis(random.nextInt(700)), () -> troubles(model, random));
    }

    private static void steadily(LeaseModel model, List<Meter> meters, Duration gap, int next) {
        model.request(next % model.nodes(), CLIENT, meters);
        model.after(gap, () -> steadily(model, meters, gap, next + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whoAsksForMoreGetsNearlyAllOfTheQuota(int nodes) {
        for (Meter meter : List.of(
                window("a", 1_000, 1_000),
                window("a", 2_000, 2_000),
                window("a", 2_000, 10_000),
                window("a", 6_000, 60_000),
                window("a", 600, 60_000))) {
            LeaseModel model = new LeaseModel(new Random(nodes), nodes, NEAR);
            double perSecond = 1_000.0 * meter.quota() / meter.windowMillis();
            steadily(model, List.of(meter), Duration.ofNanos((long) (1e9 / (perSecond * 2.5))), 0);
            model.run(Duration.ofMillis(5 * meter.windowMillis()));
            long warm = model.admitted;
            // So many windows that one burst more or less hardly matters.
            model.run(Duration.ofMillis(120 * meter.windowMillis()));
            double granted = (model.admitted - warm) / (120.0 * meter.quota());
            System.out.printf(
                    "%s on %d nodes: %.2f %% granted, %.3f trips each%n",
                    meter.field() + "/" + meter.quota(), nodes, 100 * granted, (double) model.trips / model.admitted);
            assertThat(granted).as("%s on %d nodes", meter, nodes).isBetween(0.975, 1.0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whoStaysBelowTheQuotaIsNeverRefused(int nodes) {
        for (Meter meter : List.of(
                window("a", 1_000, 1_000),
                window("a", 2_000, 10_000),
                window("a", 60_000, 60_000),
                window("a", 600, 60_000),
                bucket("a", 100, 1_000, 60))) {
            LeaseModel model = new LeaseModel(new Random(nodes), nodes, NEAR);
            double perSecond = 1_000.0 * meter.quota() / meter.windowMillis();
            steadily(model, List.of(meter), Duration.ofNanos((long) (1e9 / (perSecond * 0.96))), 0);
            model.run(Duration.ofMillis(10 * meter.windowMillis()));
            assertThat(model.refused).as("%s on %d nodes", meter, nodes).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aHotIdentifierCostsHardlyAnyTrips(int nodes) {
        LeaseModel model = new LeaseModel(new Random(nodes), nodes, NEAR);
        List<Meter> meters = List.of(window("a", 1_000_000, 60_000), window("a", 10_000_000, 3_600_000));
        steadily(model, meters, Duration.ofNanos(800_000 / nodes), 0);
        model.run(Duration.ofSeconds(20));
        assertThat(model.refused).isZero();
        assertThat((double) model.trips / model.admitted).isLessThan(0.05);
    }

    @Test
    void aColdIdentifierCostsOneTripAndARefusedOneNextToNone() {
        LeaseModel model = new LeaseModel(new Random(1), 1, NEAR);
        List<Meter> meters = List.of(window("a", 3, 60_000), window("b", 100, 3_600_000));
        for (int i = 1; i <= 3; i++) {
            model.request(0, CLIENT, meters);
            model.run(Duration.ofSeconds(1));
            assertThat(model.trips).isEqualTo(i);
        }
        steadily(model, meters, Duration.ofMillis(10), 0);
        model.run(Duration.ofSeconds(50));
        // The first refusal, and once more each time that the caller has waited for as long again.
        assertThat(model.trips).isBetween(10L, 14L);
        assertThat(model.refused).isGreaterThan(4_000);
    }

    /** From one request in twenty seconds to five thousand a second, by the clock and at random. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.5, 1, 5, 16, 35, 200, 5_000})
    void whoIsWarmWaitsForNothing(double perSecond) {
        for (int nodes : new int[] {1, 3}) {
            for (boolean even : new boolean[] {true, false}) {
                Random random = new Random(nodes);
                LeaseModel model = new LeaseModel(random, nodes, NEAR);
                List<Meter> meters = List.of(
                        window("a", (long) (100 + 120 * perSecond), 60_000),
                        window("b", (long) (1_000 + 7_200 * perSecond), 3_600_000));
                // One caller at one node: the others have callers of their own.
                poisson(model, random, meters, perSecond, even, 0);
                double warm = Math.max(60, 20 / perSecond);
                model.run(Duration.ofMillis((long) (1_000 * warm)));
                long waited = model.waited;
                long before = model.admitted;
                long trips = model.trips;
                model.run(Duration.ofMillis((long) (1_000 * Math.max(2, 400 / perSecond))));
                double admitted = model.admitted - before;
                System.out.printf(
                        "%s/s, %s, %d nodes: %.4f waited, %.3f told each%n",
                        perSecond,
                        even ? "even" : "random",
                        nodes,
                        (model.waited - waited) / admitted,
                        (model.trips - trips) / admitted);
                assertThat(model.refused).isZero();
                assertThat((model.waited - waited) / admitted)
                        .as("%s/s, even %s, %d nodes", perSecond, even, nodes)
                        .isLessThanOrEqualTo(even ? 0 : 0.06);
                assertThat((model.trips - trips) / admitted).isLessThan(1.2);
            }
        }
    }

    private static void poisson(
            LeaseModel model, Random random, List<Meter> meters, double perSecond, boolean even, int node) {
        model.request(node, CLIENT, meters);
        double gap = even ? 1 : -Math.log(1 - random.nextDouble());
        model.after(
                Duration.ofNanos((long) (gap * 1e9 / perSecond)),
                () -> poisson(model, random, meters, perSecond, even, node));
    }

    /** Callers that come seldom, and nodes that sleep for longer than their permits are held, or die. */
    @Test
    void neverOverWhereNodesSleepBeyondWhatTheyHold() {
        long seed = new Random().nextLong();
        System.out.println("lease model: seed " + seed);
        long checked = 0;
        for (int i = 0; i < 8; i++) {
            Random random = new Random(seed + i);
            LeaseModel model = new LeaseModel(random, 3, i % 2 == 0 ? NEAR : BAD);
            List<List<Meter>> limits = new ArrayList<>();
            for (int client = 0; client < 20; client++) {
                long quota = 2 + random.nextInt(20);
                limits.add(
                        random.nextBoolean()
                                ? List.of(window("a", quota, 30_000), window("b", 4 * quota, 200_000))
                                : List.of(window("a", quota, 30_000)));
            }
            requests(model, random, limits, 20);
            sleeps(model, random);
            model.run(Duration.ofMinutes(20));
            model.admissions.forEach((counted, times) -> assertThat(
                            LeaseModel.most(times, counted.meter().windowMillis()))
                    .as("%s", counted)
                    .isLessThanOrEqualTo(counted.meter().quota()));
            checked += model.admitted;
        }
        assertThat(checked).isGreaterThan(5_000);
    }

    private static void sleeps(LeaseModel model, Random random) {
        int node = random.nextInt(model.nodes());
        if (random.nextInt(3) == 0) {
            model.kill(node);
        } else {
            model.pause(node, Duration.ofSeconds(random.nextInt(240)));
        }
        model.after(Duration.ofSeconds(random.nextInt(120)), () -> sleeps(model, random));
    }

    @Test
    void anIdleIdentifierCostsNothing() {
        LeaseModel model = new LeaseModel(new Random(1), 1, NEAR);
        for (int i = 0; i < 2_000; i++) {
            model.after(
                    Duration.ofNanos(i * 100_000L),
                    () -> model.request(0, CLIENT, List.of(window("a", 1_000_000, 60_000))));
        }
        model.run(Duration.ofSeconds(1));
        long trips = model.trips;
        model.run(Duration.ofHours(1));
        assertThat(model.trips)
                .as("what is not used shrinks at once, and goes back after a while")
                .isBetween(trips + 1, trips + 4);
    }
}
