package app.rcommerce.gateway.benchmarks.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One fault under load: healthy, faulty, healthy again. For one thread. */
final class Trial {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration HEALTHY = Duration.ofSeconds(4);
    private static final Duration AFTERWARDS = Duration.ofSeconds(3);

    /**
     * The observations of one trial.
     *
     * @param samples every request
     * @param healthyNanos from when on the load ran warm
     * @param beginNanos when the fault began
     * @param endNanos when Redis was back
     * @param stateDuring what the gauge showed at the end of the fault
     * @param stateAfter what it showed at the end
     * @param trackedAfter whether changes were told at the end
     * @param mostConnections the most connections to Redis in use at once
     * @param recovered after how many milliseconds each kind of shared state was in force again
     * @param lines what was logged from the fault's beginning on
     * @param beginMillis when the fault began, by the wall clock
     */
    record Seen(
            Fault fault,
            List<Load.Sample> samples,
            long healthyNanos,
            long beginNanos,
            long endNanos,
            String stateDuring,
            String stateAfter,
            boolean trackedAfter,
            double mostConnections,
            Map<Recovery.Check, Long> recovered,
            List<Lines.Line> lines,
            long beginMillis) {

        /** How many requests were sent since the fault began. */
        long count() {
            return sinceBegin().count();
        }

        /** The number of requests since then that were answered otherwise than the configuration asks for. */
        long wrong() {
            return sinceBegin()
                    .filter(sample -> !sample.feature().allows(sample.status()))
                    .count();
        }

        private Stream<Load.Sample> sinceBegin() {
            return samples.stream().filter(sample -> sample.dueNanos() >= beginNanos);
        }
    }

    private final Fault fault;
    private final Lines log;
    private volatile double mostConnections;

    Trial(Fault fault, Lines log) {
        this.fault = fault;
        this.log = log;
    }

    Seen run() throws Exception {
        try (Scene scene = new Scene(fault.topology())) {
            Load load = new Load(scene.port());
            scene.tell("SET", "rcommerce:blocklist:ip:" + Feature.BLOCKED_ADDRESS, "1");
            scene.tell("SET", "token:blacklist:" + Feature.REVOKED_ID, "1");
            Thread watching = Thread.ofPlatform().daemon().start(() -> watchConnections(scene));
            Thread.sleep(WARM_UP);
            new Recovery(scene, "warm", 0).watch(Duration.ofMillis(200));
            long healthy = System.nanoTime();
            Thread.sleep(HEALTHY);
            long beginMillis = System.currentTimeMillis();
            long begin = System.nanoTime();
            fault.begin().run(scene);
            Thread.sleep(fault.lasts());
            String during = scene.state();
            fault.end().run(scene);
            long end = System.nanoTime();
            Map<Recovery.Check, Long> recovered = new Recovery(scene, "back", 10_000).watch(AFTERWARDS);
            Thread.sleep(AFTERWARDS);
            List<Load.Sample> samples = load.end();
            watching.interrupt();
            watching.join();
            return new Seen(
                    fault,
                    samples,
                    healthy,
                    begin,
                    end,
                    during,
                    scene.state(),
                    scene.isShown("gateway_tracking_active"),
                    mostConnections,
                    recovered,
                    log.between(beginMillis, System.currentTimeMillis()),
                    beginMillis);
        }
    }

    private void watchConnections(Scene scene) {
        while (!Thread.currentThread().isInterrupted()) {
            mostConnections = Math.max(mostConnections, scene.number("gateway_redis_pool_used"));
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
