package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import app.rcommerce.gateway.benchmarks.testbed.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The move of a cluster's first slots from its first master to its second. It can stop half-way: the first master then
 * answers {@code -ASK} for every key that it does not hold.
 */
final class SlotMove {

    private SlotMove() {}

    /** The ids of the first three servers, which are the masters. */
    static List<String> masters(Scene scene) throws IOException {
        List<String> ids = new ArrayList<>();
        for (RedisProcess server : scene.servers().subList(0, 3)) {
            ids.add(String.valueOf(server.send("CLUSTER", "MYID")));
        }
        return ids;
    }

    static void begin(Scene scene, int slots) throws IOException {
        List<String> ids = masters(scene);
        try (RespClient from = new RespClient(scene.server(0).port());
                RespClient to = new RespClient(scene.server(1).port())) {
            for (int slot = 0; slot < slots; slot++) {
                to.send("CLUSTER", "SETSLOT", slot, "IMPORTING", ids.get(0));
                from.send("CLUSTER", "SETSLOT", slot, "MIGRATING", ids.get(1));
            }
        }
    }

    static void end(Scene scene, int slots) throws IOException {
        List<String> ids = masters(scene);
        int target = scene.server(1).port();
        try (RespClient from = new RespClient(scene.server(0).port());
                RespClient to = new RespClient(target)) {
            for (int slot = 0; slot < slots; slot++) {
                Object keys = from.send("CLUSTER", "GETKEYSINSLOT", slot, 1000);
                if (keys instanceof List<?> some && !some.isEmpty()) {
                    List<Object> command =
                            new ArrayList<>(List.of("MIGRATE", "127.0.0.1", target, "", 0, 5000, "REPLACE", "KEYS"));
                    command.addAll(some);
                    from.send(command.toArray());
                }
                to.send("CLUSTER", "SETSLOT", slot, "NODE", ids.get(1));
                from.send("CLUSTER", "SETSLOT", slot, "NODE", ids.get(1));
            }
        }
    }
}
