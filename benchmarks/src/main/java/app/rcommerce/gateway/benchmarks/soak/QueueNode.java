package app.rcommerce.gateway.benchmarks.soak;

import java.io.IOException;
import java.util.Random;

/** A gateway with the soaked queue, and how often it was killed and suspended. For one thread, but for its port. */
final class QueueNode {

    /** How long an attempt may take. */
    static final long TIMEOUT_MILLIS = 2_000;

    private static final int LEASE_MILLIS = 4_000;

    private final Testbed testbed;
    private final String name;
    private final int port = Testbed.freePort();
    private final String config;
    private int killed;
    private int suspended;

    /**
     * A gateway that has not been started.
     *
     * @param cache the table {@code cache} of its configuration
     * @param queue what the queue has beside its usual keys
     */
    QueueNode(Testbed testbed, String name, int upstreamPort, String cache, String queue) {
        this.testbed = testbed;
        this.name = name;
        this.config = """
                [server]
                listen = ["127.0.0.1:%d"]
                workers = 1
                access_log = false
                [server.admin]
                listen = "127.0.0.1:0"
                %s
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                [queues.webhooks]
                retry = { first = "200ms", max = "2s" }
                timeout = "%dms"
                lease = "%dms"
                max_crashes = 100
                concurrency = 32
                %s
                [[routes]]
                name = "webhooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                order_by = "header:X-Order"
                """.formatted(port, cache, upstreamPort, TIMEOUT_MILLIS, LEASE_MILLIS, queue);
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        testbed.startGateway(name, config);
    }

    /** Kills it, and starts it again a moment later. */
    void kill(Random random) throws IOException, InterruptedException {
        testbed.kill(name);
        killed++;
        Thread.sleep(random.nextInt(2_000));
        start();
    }

    /** Suspends it for longer than its leases. */
    void suspend(Random random) throws IOException, InterruptedException {
        suspended++;
        testbed.suspend(name, LEASE_MILLIS + random.nextInt(LEASE_MILLIS));
    }

    int killed() {
        return killed;
    }

    int suspended() {
        return suspended;
    }
}
