package app.rcommerce.gateway.benchmarks.soak;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A queue while gateways are killed or suspended, Redis is killed where there is one, and the upstream goes away:
 * clients that number their requests, each in an order of its own or in none, and an upstream that writes down what it
 * gets. Afterwards it is judged whether everything that was answered 202 has come, how often again, and whether each
 * order was kept.
 *
 * <p>{@code JobsSoak GATEWAY STORE MINUTES [SEED]}: the path of {@code bin/gateway}; {@code journal} for one gateway
 * with a journal, or the path of {@code redis-server} for three on one Redis; and for how long. Listens on 127.0.0.1
 * only.
 */
public final class JobsSoak {

    private static final int CLIENTS = 8;
    /** How long gateways may take to serve. */
    private static final long START_MILLIS = 6_000;

    private static final int MOST_AWAY_MILLIS = 60_000;
    /** What has not come for so long does not come: breakers leave an upstream alone for a minute at most. */
    private static final long STALLED_MILLIS = 120_000;

    private final Random random;
    private final JobsLog log = new JobsLog();
    private final JobsUpstream upstream = new JobsUpstream(log);
    private final Testbed testbed;
    private final Deployment deployment;

    private JobsSoak(String gateway, String store, long seed) throws IOException {
        this.random = new Random(seed);
        this.testbed = new Testbed("jobs-soak", gateway);
        this.deployment = store.equals("journal")
                ? new JournalDeployment(testbed, upstream.port())
                : new RedisDeployment(testbed, store, upstream.port());
    }

    /** Runs the soak; ends with 1 where a job was lost, or an order was not kept, or a process ended by itself. */
    public static void main(String[] arguments) {
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : System.nanoTime();
        boolean good = false;
        try {
            good = new JobsSoak(arguments[0], arguments[1], seed)
                    .run((long) (Double.parseDouble(arguments[2]) * 60_000));
        } catch (IOException | InterruptedException e) {
            e.printStackTrace();
        }
        System.out.println("seed " + seed);
        System.exit(good ? 0 : 1);
    }

    private boolean run(long millis) throws IOException, InterruptedException {
        deployment.start();
        Thread.sleep(START_MILLIS);
        Map<JobsClient, Thread> clients = new LinkedHashMap<>();
        for (int i = 0; i < CLIENTS; i++) {
            JobsClient client = new JobsClient(i, deployment, log, random.nextLong());
            clients.put(client, Thread.ofPlatform().daemon().start(client));
        }
        int mostAway = (int) Math.clamp(millis / 4, 1, MOST_AWAY_MILLIS);
        long end = System.currentTimeMillis() + millis;
        while (System.currentTimeMillis() < end) {
            Thread.sleep(2_000 + random.nextInt(4_000));
            if (random.nextInt(6) == 0) {
                upstream.leave(random, mostAway);
            } else {
                deployment.disturb(random);
            }
        }
        clients.keySet().forEach(JobsClient::stop);
        for (Thread client : clients.values()) {
            client.join();
        }
        upstream.await();
        drain();
        testbed.stop();
        upstream.stop();
        return report();
    }

    /** Waits until all is there, or nothing comes any more. */
    private void drain() throws InterruptedException {
        long deliveries = log.deliveries();
        long since = System.currentTimeMillis();
        while (!log.isComplete() && System.currentTimeMillis() - since < STALLED_MILLIS) {
            Thread.sleep(500);
            if (log.deliveries() > deliveries) {
                deliveries = log.deliveries();
                since = System.currentTimeMillis();
            }
        }
    }

    private boolean report() throws IOException {
        System.out.println(deployment.report() + "; upstream away: " + upstream.away());
        boolean good = log.report() & testbed.report();
        if (!good) {
            System.out.println("logs: " + testbed.folder());
        }
        return good;
    }
}
