package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import app.rcommerce.gateway.benchmarks.testbed.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The faults that are measured. */
final class Faults {

    private static final Duration WHILE = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(30);

    private Faults() {}

    /** No fault, for comparison. */
    static Fault none() {
        return new Fault("none", "nothing", Topology.SINGLE, Fault.Step.NONE, WHILE, Fault.Step.NONE);
    }

    static List<Fault> all() {
        return List.of(
                network("refused", "connections reset, new ones refused", FaultyProxy.Mode.REFUSES),
                new Fault(
                        "hung",
                        "SIGSTOP",
                        Topology.SINGLE,
                        scene -> scene.server(0).suspend(),
                        WHILE,
                        scene -> scene.server(0).resume()),
                network(
                        "packets dropped",
                        "nothing passes between gateway and Redis, connections stay",
                        FaultyProxy.Mode.SWALLOWS),
                network("slow", "every answer comes 100 ms late", FaultyProxy.Mode.IS_SLOW),
                new Fault(
                        "killed mid-call",
                        "SIGSTOP, 15 ms, SIGKILL; 4 s later started empty",
                        Topology.SINGLE,
                        Faults::killMidCall,
                        WHILE,
                        Faults::startAgain),
                new Fault(
                        "restarted empty",
                        "SIGKILL and started at once",
                        Topology.SINGLE,
                        scene -> scene.server(0).kill(),
                        Duration.ZERO,
                        Faults::startAgain),
                new Fault(
                        "`-READONLY`",
                        "REPLICAOF a server that is not there",
                        Topology.SINGLE,
                        scene -> scene.tell("REPLICAOF", "127.0.0.1", "1"),
                        WHILE,
                        scene -> scene.tell("REPLICAOF", "NO", "ONE")),
                new Fault(
                        "`-LOADING`",
                        "killed, started with a dump that takes seconds to load",
                        Topology.SINGLE,
                        Faults::load,
                        WHILE,
                        scene -> ready(scene.server(0))),
                new Fault(
                        "`-OOM`",
                        "maxmemory 1mb, noeviction",
                        Topology.SINGLE,
                        scene -> scene.tell("CONFIG", "SET", "maxmemory", "1mb"),
                        WHILE,
                        scene -> scene.tell("CONFIG", "SET", "maxmemory", "0")),
                new Fault(
                        "`NOSCRIPT`",
                        "SCRIPT FLUSH every 50 ms",
                        Topology.SINGLE,
                        Faults::flushScripts,
                        Duration.ZERO,
                        Fault.Step.NONE),
                new Fault(
                        "wrong types",
                        "every key the gateway will use holds another structure",
                        Topology.SINGLE,
                        Faults::spoil,
                        WHILE,
                        Fault.Step.NONE),
                new Fault(
                        "`-MOVED`",
                        "redis-cli --cluster reshard, 1,000 slots",
                        Topology.CLUSTER,
                        Faults::reshard,
                        Duration.ZERO,
                        Fault.Step.NONE),
                new Fault(
                        "`-ASK`",
                        "2,000 slots stay half-way between two masters for 4 s, then -MOVED",
                        Topology.CLUSTER,
                        scene -> SlotMove.begin(scene, 2000),
                        WHILE,
                        scene -> SlotMove.end(scene, 2000)),
                new Fault(
                        "failover, Cluster",
                        "SIGKILL of one of 3 masters, until its replica has taken over",
                        Topology.CLUSTER,
                        scene -> scene.server(0).kill(),
                        Duration.ZERO,
                        Faults::awaitReplica),
                new Fault(
                        "failover, Sentinel",
                        "SIGKILL of the master, until the sentinel names its replica",
                        Topology.SENTINEL,
                        scene -> scene.server(0).kill(),
                        Duration.ZERO,
                        Faults::awaitSentinel));
    }

    private static Fault network(String name, String how, FaultyProxy.Mode mode) {
        return new Fault(
                name,
                how,
                Topology.PROXIED,
                scene -> scene.proxy().become(mode),
                WHILE,
                scene -> scene.proxy().become(FaultyProxy.Mode.PASSES));
    }

    private static void ready(RedisProcess server) {
        RedisProcess.await("Redis", LONG, server::isReady);
    }

    private static void killMidCall(Scene scene) throws InterruptedException {
        scene.server(0).suspend();
        Thread.sleep(15);
        scene.server(0).kill();
    }

    private static void startAgain(Scene scene) throws IOException {
        scene.server(0).restart();
        ready(scene.server(0));
    }

    private static void load(Scene scene) throws IOException {
        RedisProcess server = scene.server(0);
        server.send("DEBUG", "POPULATE", "5000");
        server.send("SAVE");
        server.kill();
        server.restart("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024");
    }

    private static void flushScripts(Scene scene) throws Exception {
        for (int i = 0; i < 80; i++) {
            scene.tell("SCRIPT", "FLUSH");
            Thread.sleep(50);
        }
    }

    private static void spoil(Scene scene) throws IOException {
        try (RespClient client = new RespClient(scene.server(0).port())) {
            client.send("SET", "rcommerce:blocklist_ranges", "no hash");
            client.send("SET", "rcommerce:gateway:nodes", "no sorted set");
            for (Feature feature : List.of(Feature.LOCAL, Feature.ALLOW, Feature.DENY)) {
                int next = feature.callersSoFar();
                for (int i = 0; i < 5 * Load.RATE; i++) {
                    client.send("LPUSH", "rcommerce:blocklist:ip:" + feature.address(next + i), "no text");
                    client.send("SET", "rate:limit:{ip:" + feature.address(next + i) + "}", "no hash");
                }
            }
            int next = Feature.TOKEN.callersSoFar();
            for (int i = 0; i < 5 * Load.RATE; i++) {
                client.send("SADD", "token:cutoff:user:user" + (next + i), "no number");
            }
            if (client.send("KEYS", "api:cache:*") instanceof List<?> keys) {
                for (Object key : keys) {
                    client.send("DEL", key);
                    client.send("LPUSH", key, "no reply");
                }
            }
        }
    }

    private static void reshard(Scene scene) throws IOException, InterruptedException {
        List<String> masters = SlotMove.masters(scene);
        Topology.cli(List.of(
                "redis-cli",
                "--cluster",
                "reshard",
                "127.0.0.1:" + scene.server(0).port(),
                "--cluster-from",
                masters.get(0),
                "--cluster-to",
                masters.get(1),
                "--cluster-slots",
                "1000",
                "--cluster-yes"));
    }

    private static void awaitReplica(Scene scene) {
        RedisProcess.await(
                "a new master",
                LONG,
                () -> scene.servers().stream()
                        .skip(3)
                        .anyMatch(server -> Topology.says(server, "replication", "role:master")));
    }

    private static void awaitSentinel(Scene scene) {
        String port = Integer.toString(scene.server(1).port());
        RedisProcess.await("a new master", LONG, () -> {
            try {
                return scene.server(2).send("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Topology.SERVICE)
                                instanceof List<?> at
                        && at.contains(port);
            } catch (IOException e) {
                return false;
            }
        });
    }
}
