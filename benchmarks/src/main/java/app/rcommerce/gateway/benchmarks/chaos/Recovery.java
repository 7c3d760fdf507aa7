package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.Client;
import app.rcommerce.gateway.benchmarks.testbed.Token;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The check of recovery: from the moment at which Redis is back it looks every 10 ms or so whether shared state is in
 * force, that is whether what is written to Redis is refused, and what the gateway counts and stores is there. For one
 * thread.
 */
final class Recovery {

    /** The kinds of shared state that are checked. */
    enum Check {
        LIMITS("limits"),
        BLOCKS("block list"),
        REVOCATIONS("revocation"),
        REPLIES("cached replies");

        private final String text;

        Check(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    /** So often in a row a check holds before it is taken to hold; once may be luck. */
    private static final int ENOUGH = 5;

    private final Scene scene;
    private final String name;
    private int number;

    /** Name and first number keep keys and callers of one recovery apart from those of another. */
    Recovery(Scene scene, String name, int number) {
        this.scene = scene;
        this.name = name;
        this.number = number;
    }

    /**
     * Looks until all is in force, for so long at most.
     *
     * @return for each check after how many milliseconds it held, five times in a row; -1 where it did not
     */
    Map<Check, Long> watch(Duration time) {
        Map<Check, Long> since = new EnumMap<>(Check.class);
        Map<Check, Integer> times = new EnumMap<>(Check.class);
        long start = System.nanoTime();
        try (Client client = new Client(scene.port())) {
            while (System.nanoTime() - start < time.toNanos() && !isEnough(times)) {
                number++;
                for (Check check : Check.values()) {
                    long asked = System.nanoTime();
                    if (holds(check, client)) {
                        since.putIfAbsent(check, (asked - start) / 1_000_000);
                        times.merge(check, 1, Integer::sum);
                    } else if (times.getOrDefault(check, 0) < ENOUGH) {
                        since.remove(check);
                        times.remove(check);
                    }
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        for (Check check : Check.values()) {
            if (times.getOrDefault(check, 0) < ENOUGH) {
                since.put(check, -1L);
            }
        }
        return since;
    }

    private static boolean isEnough(Map<Check, Integer> times) {
        return Arrays.stream(Check.values()).allMatch(check -> times.getOrDefault(check, 0) >= ENOUGH);
    }

    private boolean holds(Check check, Client client) {
        String address = "10.100." + number / 250 + "." + (1 + number % 250);
        return switch (check) {
            case LIMITS -> {
                client.get("/local/r", Feature.from(address));
                yield Long.valueOf(1).equals(scene.tell("EXISTS", "rate:limit:{ip:" + address + "}"));
            }
            case BLOCKS -> {
                String blocked = address.replace("10.100.", "10.101.");
                scene.tell("SET", "rcommerce:blocklist:ip:" + blocked, "1", "EX", "60");
                yield client.get("/plain/r", Feature.from(blocked)).status() == 403;
            }
            case REVOCATIONS -> {
                String id = name + number;
                scene.tell("SET", "token:blacklist:" + id, "1", "EX", "60");
                yield client.get("/token/r", Token.field(id, "mallory")).status() == 401;
            }
            case REPLIES -> {
                String path = "/cached/" + name + number;
                boolean hit = client.get(path).hit();
                // The reply is stored beside its way to the client.
                for (int i = 0; i < 10 && !hit; i++) {
                    LockSupport.parkNanos(PAUSE_NANOS / 2);
                    hit = client.get(path).hit();
                }
                yield hit;
            }
        };
    }
}
