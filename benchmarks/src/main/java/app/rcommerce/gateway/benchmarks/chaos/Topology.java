package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The setups of Redis. */
enum Topology {
    /** One server. */
    SINGLE,
    /** One server behind a {@link FaultyProxy}. */
    PROXIED,
    /** A master, a replica and a sentinel. */
    SENTINEL,
    /** Three masters and a replica for each. */
    CLUSTER;

    static final String SERVICE = "mymaster";

    /** Starts the servers, the first of which is a master. */
    List<RedisProcess> start() throws IOException, InterruptedException {
        return switch (this) {
            case SINGLE, PROXIED -> List.of(RedisProcess.start("--enable-debug-command", "local"));
            case SENTINEL -> sentinel();
            case CLUSTER -> cluster();
        };
    }

    private static List<RedisProcess> sentinel() throws IOException {
        RedisProcess master = RedisProcess.start("--repl-diskless-sync-delay", "0");
        RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1 " + master.port());
        RedisProcess.await("the replica", Duration.ofSeconds(20), () -> says(master, "replication", "state=online"));
        RedisProcess sentinel = RedisProcess.sentinel(SERVICE, master.port(), 500);
        RedisProcess.await("the sentinel", Duration.ofSeconds(20), () -> says(sentinel, "sentinel", "slaves=1"));
        return List.of(master, replica, sentinel);
    }

    private static List<RedisProcess> cluster() throws IOException, InterruptedException {
        List<RedisProcess> nodes = new ArrayList<>();
        List<String> command = new ArrayList<>(List.of("redis-cli", "--cluster", "create"));
        for (int i = 0; i < 6; i++) {
            RedisProcess node = RedisProcess.start(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "1000",
                    "--cluster-require-full-coverage",
                    "no",
                    "--repl-diskless-sync-delay",
                    "0");
            nodes.add(node);
            command.add("127.0.0.1:" + node.port());
        }
        command.addAll(List.of("--cluster-replicas", "1", "--cluster-yes"));
        cli(command);
        RedisProcess.await(
                "the cluster",
                Duration.ofSeconds(30),
                () -> nodes.stream()
                        .allMatch(node ->
                                saysCluster(node, "cluster_state:ok") && saysCluster(node, "cluster_known_nodes:6")));
        RedisProcess.await(
                "the replicas",
                Duration.ofSeconds(30),
                () -> nodes.stream()
                        .filter(node -> says(node, "replication", "role:master"))
                        .allMatch(node -> says(node, "replication", "state=online")));
        return nodes;
    }

    /** Runs redis-cli; fails where it does. */
    static void cli(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + output);
        }
    }

    /** Whether a section of INFO contains the text; false where there is no answer. */
    static boolean says(RedisProcess server, String section, String text) {
        return contains(server, text, "INFO", section);
    }

    private static boolean saysCluster(RedisProcess server, String text) {
        return contains(server, text, "CLUSTER", "INFO");
    }

    private static boolean contains(RedisProcess server, String text, Object... command) {
        try {
            return server.send(command) instanceof String answer && answer.contains(text);
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
