package app.rcommerce.gateway.benchmarks.fairness;

import app.rcommerce.gateway.benchmarks.testbed.Client;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The honest clients: twenty, each with an address and a connection of its own, half of them with a token. Each sends
 * ten requests a second by a schedule. Times are measured from when a request was to be sent.
 */
final class Honest {

    private static final int CLIENTS = 20;
    private static final long INTERVAL_NANOS = 100_000_000L;

    private record Sample(long dueNanos, long tookNanos, int status) {}

    /** The observations: times in milliseconds, and how many responses were not 200. */
    record Seen(int requests, double p50, double p99, int wrong) {}

    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Honest(int port, Keys keys) throws GeneralSecurityException {
        long start = System.nanoTime();
        for (int i = 0; i < CLIENTS; i++) {
            String address = "X-Forwarded-For: 192.0.2." + (1 + i);
            String[] fields = i % 2 == 0 ? new String[] {address} : new String[] {address, keys.good("user" + i)};
            long first = start + INTERVAL_NANOS * i / CLIENTS;
            threads.add(Thread.ofPlatform().daemon().start(() -> run(port, first, fields)));
        }
    }

    private void run(int port, long first, String[] fields) {
        try (Client client = new Client(port)) {
            for (long due = first; !over; due += INTERVAL_NANOS) {
                LockSupport.parkNanos(due - System.nanoTime());
                int status = client.get("/shop/1", fields).status();
                samples.add(new Sample(due, System.nanoTime() - due, status));
            }
        }
    }

    /** The observations of requests that were due in the span of time. */
    Seen between(long from, long to) {
        List<Sample> some = samples.stream()
                .filter(sample -> sample.dueNanos() >= from && sample.dueNanos() < to)
                .toList();
        double[] times =
                some.stream().mapToDouble(sample -> sample.tookNanos() / 1e6).toArray();
        Arrays.sort(times);
        int wrong = (int) some.stream().filter(sample -> sample.status() != 200).count();
        return new Seen(some.size(), times[times.length / 2], times[(int) (times.length * 0.99)], wrong);
    }

    void end() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
