package app.rcommerce.gateway.benchmarks.soak;

import app.rcommerce.gateway.benchmarks.testbed.RespClient;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The soak test of leases: three nodes on one Redis or one cluster, 50 identifiers by Zipf's law, two windows and
 * several buckets each, with random load, and callers who come at rates of their own ({@link SteadyCallers}); with
 * pauses, deaths of nodes, steps of their wall clocks and stalls of Redis. Every admission is logged; at the end every
 * span of every window is checked against its quota. {@code main} takes minutes, a seed (0 for a new one) and the
 * addresses of Redis.
 */
public final class LeaseSoak {

    private static final int NODES = 3;
    private static final int IDENTIFIERS = 50;
    /** Of so many faults one is a death of a node and one a Redis that stalls; the others are clock steps. */
    private static final int FAULTS = 4;

    private final CacheConfig config;
    private final Random random;
    private final List<AdmissionLog> logs = new ArrayList<>();
    private final LongAdder trips = new LongAdder();
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final SoakNode[] nodes = new SoakNode[NODES];
    private final SteadyCallers steady;
    private final List<String> redis;
    private long near;
    private int kills;
    private int stalls;

    private LeaseSoak(List<String> redis, Random random) throws IOException {
        this.redis = redis;
        this.config = config(redis);
        this.random = random;
        String run = Long.toHexString(random.nextLong());
        this.steady = new SteadyCallers(run, new Random(random.nextLong()));
        for (int i = 0; i < IDENTIFIERS; i++) {
            long window = random.nextBoolean() ? 2_000 + random.nextInt(8_000) : 10_000 + random.nextInt(50_000);
            long quota = 1 + (long) Math.pow(10, random.nextDouble() * 4);
            List<Meter> meters = new ArrayList<>(List.of(
                    new Meter("a", "a:" + window, quota, window, true),
                    new Meter("b", "b:" + 4 * window, 3 * quota, 4 * window, true)));
            if (random.nextInt(4) == 0) {
                long burst = 1 + random.nextInt(500);
                meters.add(new Meter("c", "c:bucket", Algorithm.TOKEN_BUCKET, quota, window, burst, true));
            }
            logs.add(new AdmissionLog(Identifier.user(run + i), Meters.of(meters)));
        }
        for (int i = 0; i < NODES; i++) {
            nodes[i] = new SoakNode(config, trips);
        }
    }

    private void run(double minutes) throws InterruptedException, IOException {
        for (SoakNode node : nodes) {
            while (!node.isReady()) {
                Thread.sleep(50);
            }
        }
        long end = System.nanoTime() + (long) (minutes * 60e9);
        List<Thread> drivers = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            int node = i;
            Random own = new Random(random.nextLong());
            drivers.add(Thread.ofPlatform().start(() -> drive(node, own, end)));
        }
        drivers.add(Thread.ofPlatform().start(() -> steady.run(nodes, end)));
        while (System.nanoTime() < end) {
            Thread.sleep(500 + random.nextInt(5_000));
            injectFault();
        }
        for (Thread driver : drivers) {
            driver.join();
        }
        TimeUnit.MILLISECONDS.sleep(300);
        for (SoakNode node : nodes) {
            near += node.near();
            node.kill();
        }
    }

    private void injectFault() throws IOException {
        int at = random.nextInt(NODES);
        int kind = random.nextInt(FAULTS);
        if (kind == 0) {
            stall(redis.get(random.nextInt(redis.size())), 30 + random.nextInt(300));
            return;
        }
        if (kind > 1) {
            nodes[at].step(random.nextInt(-7_200_000, 7_200_000));
            return;
        }
        SoakNode dead = nodes[at];
        nodes[at] = new SoakNode(config, trips);
        near += dead.near();
        dead.kill();
        kills++;
    }

    /** Lets a Redis answer nobody for a while. */
    private void stall(String address, int millis) throws IOException {
        try (RespClient client = new RespClient(Integer.parseInt(address.substring(address.indexOf(':') + 1)))) {
            client.send("CLIENT", "PAUSE", millis, "ALL");
            stalls++;
        }
    }

    private void drive(int node, Random own, long end) {
        double perSecond = 2_000;
        while (System.nanoTime() < end) {
            int whose = Math.min(IDENTIFIERS - 1, (int) Math.pow(IDENTIFIERS, own.nextDouble()) - 1);
            AdmissionLog log = logs.get(whose);
            nodes[node].request(log.identifier(), log.meters(), (permitted, answered, nanos) -> {
                if (permitted) {
                    granted.increment();
                    log.add(nanos);
                } else if (answered) {
                    refused.increment();
                } else {
                    unanswered.increment();
                }
            });
            if (own.nextInt(20_000) == 0) {
                perSecond = Math.pow(10, 1.5 + 2.3 * own.nextDouble());
            }
            boolean pause = own.nextInt(5_000) == 0;
            LockSupport.parkNanos(
                    pause ? own.nextLong(3_000_000_000L) : (long) (-Math.log(1 - own.nextDouble()) * 1e9 / perSecond));
        }
    }

    private long violations() {
        List<AdmissionLog> all = new ArrayList<>(logs);
        all.addAll(steady.logs());
        AdmissionLog.Spans found = AdmissionLog.Spans.NONE;
        for (AdmissionLog log : all) {
            found = found.and(log.check());
        }
        System.out.printf(
                "%,d spans checked, %d violations, the fullest at %.1f %% of its quota%n",
                found.checked(), found.violations(), 100 * found.fullest());
        return found.violations();
    }

    /** Minutes, seed, then one address of a single Redis or several of a cluster, as host:port. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        double minutes = Double.parseDouble(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        if (seed == 0) {
            seed = new Random().nextLong();
        }
        List<String> redis = List.of(arguments).subList(2, arguments.length);
        System.out.printf("%d nodes on %s, %.1f minutes, seed %d%n", NODES, redis, minutes, seed);
        LeaseSoak soak = new LeaseSoak(redis, new Random(seed));
        soak.run(minutes);
        System.out.printf(
                "%,d admitted, %,d refused, %,d unanswered, %,d decided near, %,d asked, %d nodes killed, %d stalls%n",
                soak.granted.sum(),
                soak.refused.sum(),
                soak.unanswered.sum(),
                soak.near,
                soak.trips.sum(),
                soak.kills,
                soak.stalls);
        boolean nobodyRefused = soak.steady.report();
        System.exit(soak.violations() == 0 && nobodyRefused ? 0 : 1);
    }

    private static CacheConfig config(List<String> redis) throws IOException {
        String place = redis.size() == 1
                ? "host = \"" + redis.getFirst().split(":")[0] + "\"\nport = "
                        + redis.getFirst().split(":")[1] + "\n"
                : "[cache.redis.cluster]\nenabled = true\nnodes = ["
                        + String.join(
                                ", ",
                                redis.stream()
                                        .map(one -> "\"redis://" + one + "\"")
                                        .toList()) + "]\n";
        Path file = Files.createTempFile("soak", ".toml");
        Files.writeString(file, """
                [cache]
                cache_type = "Redis"
                [cache.redis]
                """ + place + """
                [upstreams.none]
                servers = ["http://127.0.0.1:9"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "none"
                """);
        ConfigReader.Result result = ConfigReader.read(file, name -> null);
        Files.delete(file);
        return switch (result) {
            case ConfigReader.Result.Loaded(var config) -> config.cache();
            case ConfigReader.Result.Rejected(var problems, var sources) ->
                throw new IllegalArgumentException(problems.toString());
        };
    }
}
