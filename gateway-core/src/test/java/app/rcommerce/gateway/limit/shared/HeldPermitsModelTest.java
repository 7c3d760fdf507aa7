package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Held permits over random schedules: requests of several permits, of which some come back at any time; several sets of
 * meters that share fields; and leases that are evicted, recalled and forgotten at any moment.
 */
class HeldPermitsModelTest {

    private static final LeaseModel.Network NEAR =
            new LeaseModel.Network(Duration.ofNanos(50_000), Duration.ofMillis(2), 0);
    private static final LeaseModel.Network BAD =
            new LeaseModel.Network(Duration.ofNanos(50_000), Duration.ofMillis(20), 0.05);
    private static final int CLIENTS = 24;

    private final List<List<List<Meter>>> plans = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void neverOverAndNothingLeaks(int kind) {
        long seed = new Random().nextLong();
        System.out.println("held permits: seed " + seed + ", kind " + kind);
        for (int i = 0; i < 4; i++) {
            chaos(seed + i, kind);
        }
    }

    private void chaos(long seed, int kind) {
        Random random = new Random(seed);
        plans.clear();
        LeaseModel model = new LeaseModel(random, 2, kind % 2 == 0 ? NEAR : BAD, false, kind < 2 ? 1 << 20 : 1);
        for (int i = 0; i < CLIENTS; i++) {
            long window = 2_000 + random.nextInt(9_000);
            Meter a = new Meter("a", "a:" + window, 5 + random.nextInt(100), window, true);
            Meter b = new Meter("b", "b:" + window, 5 + random.nextInt(200), 3 * window, true);
            Meter c = new Meter(
                    "c",
                    "c:bucket",
                    Algorithm.TOKEN_BUCKET,
                    1 + random.nextInt(20),
                    1_000,
                    60 + random.nextInt(40),
                    true);
            Meter shadow = new Meter("s", "s:" + window, 3, window, false);
            plans.add(List.of(List.of(a), List.of(a, b), List.of(b, c), List.of(shadow, a)));
        }
        requests(model, random, Math.pow(10, 1.3 + 1.5 * random.nextDouble()), kind);
        if (kind >= 4) {
            troubles(model, random);
        }
        model.run(Duration.ofSeconds(60));
        model.admissions.forEach((counted, times) -> {
            Meter meter = counted.meter();
            long bound = meter.algorithm() == Algorithm.TOKEN_BUCKET
                    ? meter.burst() + meter.quota() * meter.windowMillis() / 1_000
                    : meter.quota();
            assertThat(LeaseModel.most(times, meter.windowMillis()))
                    .as("%s, seed %d", counted, seed)
                    .isLessThanOrEqualTo(bound);
        });
        stopped = true;
        model.run(Duration.ofSeconds(151 + 40 + 40));
        // What a dead node has held counts as used from when the store is next asked about its caller.
        left(model, seed, false);
        model.run(Duration.ofSeconds(40));
        left(model, seed, true);
        long trips = model.trips;
        model.run(Duration.ofSeconds(60));
        assertThat(model.trips - trips).as("idle, seed %d", seed).isLessThan(5);
        stopped = false;
        System.out.println("admitted " + model.admitted + " refused " + model.refused + " unanswered "
                + model.unanswered + " trips " + model.trips);
    }

    private void left(LeaseModel model, long seed, boolean whole) {
        for (int i = 0; i < CLIENTS; i++) {
            for (List<Meter> plan : plans.get(i)) {
                Meter meter = plan.getFirst();
                long left = model.left(Identifier.user("u" + i), plan);
                if (meter.enforced()) {
                    assertThat(left)
                            .as("u%d %s, seed %d", i, meter, seed)
                            .isBetween(whole ? meter.quota() : 0, meter.quota());
                }
            }
        }
    }

    private boolean stopped;

    private void requests(LeaseModel model, Random random, double perSecond, int kind) {
        if (stopped) {
            return;
        }
        int client = Math.min(CLIENTS - 1, (int) Math.pow(CLIENTS, random.nextDouble()) - 1);
        List<Meter> meters =
                plans.get(client).get(random.nextInt(plans.get(client).size()));
        int cost = 1 + random.nextInt(5);
        int back = random.nextInt(3) == 0 ? 1 + random.nextInt(cost) : 0;
        model.request(
                random.nextInt(model.nodes()),
                Identifier.user("u" + client),
                meters,
                cost,
                back,
                Duration.ofMillis(random.nextBoolean() ? random.nextInt(30) : random.nextInt(3_000)));
        model.after(
                Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond)),
                () -> requests(model, random, perSecond, kind));
    }

    private void troubles(LeaseModel model, Random random) {
        if (stopped) {
            return;
        }
        int node = random.nextInt(model.nodes());
        int client = random.nextInt(CLIENTS);
        switch (random.nextInt(4)) {
            case 0 -> model.pause(node, Duration.ofMillis(random.nextInt(400)));
            case 1 -> model.kill(node);
            case 2 -> model.forgetAll(node);
            default ->
                model.look(
                        node, Identifier.user("u" + client), plans.get(client).get(1));
        }
        model.after(Duration.ofMillis(random.nextInt(700)), () -> troubles(model, random));
    }
}
