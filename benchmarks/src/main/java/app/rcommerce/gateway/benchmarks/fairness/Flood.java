package app.rcommerce.gateway.benchmarks.fairness;

import app.rcommerce.gateway.benchmarks.testbed.Client;
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
 * So many requests at no more than a rate, over sixteen connections, each with header fields of its own.
 *
 * @param name what it is called
 * @param count of requests
 * @param rate in requests per second; slower where the gateway is
 * @param fields the header fields of the request at the number
 */
record Flood(String name, int count, int rate, IntFunction<String[]> fields) {

    private static final int CONNECTIONS = 16;

    /** Sends all; returns how many were answered with which status. */
    Map<Integer, Long> send(int port) throws InterruptedException {
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                try (Client client = new Client(port)) {
                    for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                        LockSupport.parkNanos(start + number * 1_000_000_000L / rate - System.nanoTime());
                        int status = client.get("/shop/2", fields.apply(number)).status();
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
