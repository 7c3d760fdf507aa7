package app.rcommerce.gateway.server.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Real Redis servers: one and a cluster that all tests of a JVM share, and private ones for those that break them. */
public final class RedisServers {

    private static final int SLOTS = 16_384;
    private static RedisLauncher launcher;
    private static RedisServer single;
    private static List<RedisServer> cluster;

    private RedisServers() {}

    private static synchronized RedisLauncher launcher() {
        if (launcher == null) {
            try {
                launcher = RedisLauncher.find();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return launcher;
    }

    /** A server of the caller's own, not yet started. */
    public static RedisServer own(String... options) {
        return new RedisServer(launcher(), false, (port, directory) -> {
            List<String> all = new ArrayList<>(List.of("--port", Integer.toString(port)));
            all.addAll(usual(directory));
            all.addAll(List.of(options));
            return all;
        });
    }

    /** A server that follows another one; not yet started. */
    public static RedisServer replicaOf(RedisServer master) {
        return own("--replicaof", "127.0.0.1", Integer.toString(master.port()));
    }

    /**
     * A server that takes DEBUG, started: from Redis 7 on it must be told to, and before it does not know the option.
     */
    static RedisServer startedForDebug() throws Exception {
        RedisServer server = own("--enable-debug-command", "local");
        if (!server.start()) {
            server = own();
            server.start();
        }
        return server;
    }

    private static List<String> usual(Path directory) {
        return List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory.toString());
    }

    /** Puts files into a server's directory. */
    interface Files {
        void into(Path directory) throws Exception;
    }

    /** A server of the caller's own that speaks nothing but TLS, with cert.pem and key.pem in its directory. */
    static RedisServer tls(Files files) {
        return new RedisServer(launcher(), true, (port, directory) -> {
            files.into(directory);
            List<String> all = new ArrayList<>(List.of(
                    "--port", "0",
                    "--tls-port", Integer.toString(port),
                    "--tls-cert-file", directory.resolve("cert.pem").toString(),
                    "--tls-key-file", directory.resolve("key.pem").toString(),
                    "--tls-auth-clients", "no"));
            all.addAll(usual(directory));
            return all;
        });
    }

    /** A sentinel of the caller's own that knows the master by that name. */
    public static RedisServer sentinel(String service, RedisServer master) {
        return sentinel(service, master, Duration.ofSeconds(30));
    }

    /** A sentinel that takes a silent master for dead after a while. */
    static RedisServer sentinel(String service, RedisServer master, Duration downAfter) {
        return sentinel(service, master, downAfter, "");
    }

    /** The same with more lines in its configuration. */
    static RedisServer sentinel(String service, RedisServer master, Duration downAfter, String more) {
        return new RedisServer(launcher(), false, (port, directory) -> {
            Path config = directory.resolve("sentinel.conf");
            java.nio.file.Files.writeString(
                    config,
                    "port " + port + "\nbind 127.0.0.1\nsentinel monitor " + service + " 127.0.0.1 " + master.port()
                            + " 1\nsentinel down-after-milliseconds " + service + " " + downAfter.toMillis() + "\n"
                            + more);
            return List.of(config.toString(), "--sentinel");
        });
    }

    /** The server that all tests share. */
    public static synchronized RedisServer single() throws Exception {
        if (single == null) {
            RedisServer server = own();
            server.start();
            single = server;
        }
        return single;
    }

    /** The three masters that all tests share. */
    public static synchronized List<RedisServer> cluster() throws Exception {
        if (cluster == null) {
            cluster = newCluster();
        }
        return cluster;
    }

    private static RedisServer clusterNode() {
        return own(
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                "2000",
                "--cluster-require-full-coverage",
                "no",
                "--repl-diskless-sync-delay",
                "0");
    }

    /** A node that runs: one whose second port, 10,000 above the first, somebody has taken ends at once. */
    private static RedisServer startedNode() throws Exception {
        for (int attempt = 0; attempt < 5; attempt++) {
            RedisServer node = clusterNode();
            if (node.start()) {
                return node;
            }
            node.close();
        }
        throw new IllegalStateException("no node of a cluster has started, five times");
    }

    /** Adds a replica of the first of three masters, which takes over when that master dies. */
    static RedisServer newReplica(List<RedisServer> masters) throws Exception {
        RedisServer master = masters.getFirst();
        RedisServer replica = startedNode();
        replica.send("CLUSTER", "MEET", "127.0.0.1", master.port());
        Object id = master.send("CLUSTER", "MYID");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ((String) replica.send("CLUSTER", "INFO")).contains("cluster_known_nodes:4"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> replica.send("CLUSTER", "REPLICATE", id).equals("OK"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ((String) master.send("INFO", "replication")).contains("state=online"));
        // Who has not heard of it yet would not vote for it.
        for (RedisServer voter : masters) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> ((String) voter.send("CLUSTER", "NODES")).contains("slave " + id));
        }
        return replica;
    }

    /** Three masters of the caller's own, each with a third of the slots. */
    public static List<RedisServer> newCluster() throws Exception {
        List<RedisServer> masters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RedisServer master = startedNode();
            List<Object> slots = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            for (int slot = i * SLOTS / 3; slot < (i + 1) * SLOTS / 3; slot++) {
                slots.add(slot);
            }
            master.send("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            master.send(slots.toArray());
            masters.add(master);
        }
        for (RedisServer other : masters.subList(1, 3)) {
            masters.getFirst().send("CLUSTER", "MEET", "127.0.0.1", other.port());
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    for (RedisServer master : masters) {
                        String info = (String) master.send("CLUSTER", "INFO");
                        if (!info.contains("cluster_state:ok")
                                || !info.contains("cluster_known_nodes:3")
                                || !info.contains("cluster_slots_ok:16384")) {
                            return false;
                        }
                    }
                    return true;
                });
        return masters;
    }
}
