package app.rcommerce.gateway.benchmarks.soak;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Three gateways on one Redis that has each write on the disk before it answers. For one thread. */
final class RedisDeployment implements Deployment {

    private static final int NODES = 3;

    private final Testbed testbed;
    private final String server;
    private final int redisPort = Testbed.freePort();
    private final List<QueueNode> nodes;
    private int restarted;

    /** One that has not been started; {@code server} is the path of {@code redis-server}. */
    RedisDeployment(Testbed testbed, String server, int upstreamPort) {
        this.testbed = testbed;
        this.server = server;
        String cache = """
                [cache]
                cache_type = "Redis"
                nodes_file = "none"
                [cache.redis]
                port = %d
                startup_wait = "0s"
                """.formatted(redisPort);
        this.nodes = IntStream.range(0, NODES)
                .mapToObj(i -> new QueueNode(testbed, "node" + i, upstreamPort, cache, ""))
                .toList();
    }

    private void startRedis() throws IOException {
        testbed.startRedis("redis", server, redisPort, "--appendonly", "yes", "--appendfsync", "always");
    }

    @Override
    public void start() throws IOException {
        startRedis();
        for (QueueNode node : nodes) {
            node.start();
        }
    }

    private QueueNode any(Random random) {
        return nodes.get(random.nextInt(NODES));
    }

    @Override
    public int port(Random random) {
        return any(random).port();
    }

    @Override
    public void disturb(Random random) throws IOException, InterruptedException {
        switch (random.nextInt(5)) {
            case 0 -> {
                testbed.kill("redis");
                restarted++;
                Thread.sleep(random.nextInt(1_500));
                startRedis();
            }
            case 1 -> any(random).suspend(random);
            default -> any(random).kill(random);
        }
    }

    @Override
    public String report() {
        return "nodes killed: %d, suspended beyond their leases: %d; Redis killed: %d"
                .formatted(
                        nodes.stream().mapToInt(QueueNode::killed).sum(),
                        nodes.stream().mapToInt(QueueNode::suspended).sum(),
                        restarted);
    }
}
