package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The load: requests for every feature at a steady rate, whatever the responses, over four connections a feature, each
 * by a schedule of its own. Times are measured from when a request was to be sent.
 */
final class Load {

    /** Requests per second and feature. */
    static final int RATE = 100;

    private static final int CONNECTIONS = 4;
    private static final long INTERVAL_NANOS = 1_000_000_000L * CONNECTIONS / RATE;

    /** One request: when it was due, how long it took from then, and its status. */
    record Sample(Feature feature, long dueNanos, long tookNanos, int status) {}

    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Load(int port) {
        long start = System.nanoTime();
        int place = 0;
        for (Feature feature : Feature.values()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                // Spread evenly, so that the load is not a burst.
                long first = start + INTERVAL_NANOS * place++ / (CONNECTIONS * Feature.values().length);
                threads.add(Thread.ofPlatform().daemon().start(() -> run(feature, port, first)));
            }
        }
    }

    private void run(Feature feature, int port, long first) {
        try (Client client = new Client(port)) {
            for (long due = first; !over; due += INTERVAL_NANOS) {
                LockSupport.parkNanos(due - System.nanoTime());
                int status = feature.ask(client).status();
                samples.add(new Sample(feature, due, System.nanoTime() - due, status));
            }
        }
    }

    /** Ends it and returns every request. */
    List<Sample> end() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return List.copyOf(samples);
    }
}
