package app.rcommerce.gateway.benchmarks.fairness;

import app.rcommerce.gateway.benchmarks.testbed.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * The floods: requests of one kind, at no more than a rate, over sixteen connections, each with header fields of its
 * own. A flood is sent by a process of its own with the lowest priority, since an attacker would use processors
 * elsewhere.
 */
enum Flood {
    ADDRESSES(
            "new addresses", 200_000, 2_000, number -> new String[] {
                "X-Forwarded-For: 10." + number / 62_500 + "." + number / 250 % 250 + "." + (1 + number % 250)
            }),
    CLIENT("one refused client", 300_000, 4_000, number -> new String[] {"X-Forwarded-For: 203.0.113.1"}),
    FORGER("one refused client with bad tokens", 300_000, 4_000, number ->
            new String[] {"X-Forwarded-For: 203.0.113.2", Keys.bad(number)}),
    FORGERS("bad ES256 tokens from 200 addresses", 1_000_000, 4_000, number ->
            new String[] {"X-Forwarded-For: 198.51.100." + number % 200, Keys.bad(number)});

    private static final int CONNECTIONS = 16;

    private final String words;
    private final int count;
    private final int rate;
    private final IntFunction<String[]> fields;

    Flood(String words, int count, int rate, IntFunction<String[]> fields) {
        this.words = words;
        this.count = count;
        this.rate = rate;
        this.fields = fields;
    }

    /** The name of the flood. */
    String words() {
        return words;
    }

    /** Requests in all. */
    int count() {
        return count;
    }

    /** Requests a second, where the gateway is as fast as that. */
    int rate() {
        return rate;
    }

    /**
     * {@code NAME FIRST COUNT PORT}: sends the requests of these numbers, to a sink of its own at port 0; says
     * {@code started} once it is warm, and in the end how many were answered with which status.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Flood flood = valueOf(arguments[0]);
        int first = Integer.parseInt(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        int port = Integer.parseInt(arguments[3]);
        System.out.println(flood.send(port == 0 ? Sink.start() : port, first, count));
        System.exit(0);
    }

    private Map<Integer, Long> send(int port, int first, int count) throws InterruptedException {
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        int warm = Math.min(count / 2, 2 * rate);
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                try (Client client = new Client(port)) {
                    for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                        if (number == warm) {
                            System.out.println("started");
                        }
                        LockSupport.parkNanos(start + number * 1_000_000_000L / rate - System.nanoTime());
                        int status = client.get("/shop/2", fields.apply(first + number))
                                .status();
                        statuses.computeIfAbsent(status, key -> new LongAdder()).increment();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Map<Integer, Long> counts = new TreeMap<>();
        statuses.forEach((status, sum) -> counts.put(status, sum.sum()));
        return counts;
    }
}
