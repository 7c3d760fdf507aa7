package app.rcommerce.gateway.benchmarks.soak;

import app.rcommerce.gateway.benchmarks.soak.JobsLog.Job;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that writes down the jobs it gets. It answers 204, now and then 500, and seldom later than a gateway
 * waits; and it can go away. For one thread.
 */
final class JobsUpstream {

    /** Of a thousand answers so many are 500. */
    private static final int FAILURES = 30;
    /** Of a thousand so many are late, though the job has been taken. */
    private static final int LATE = 2;

    private static final long LATE_MILLIS = QueueNode.TIMEOUT_MILLIS + 500;

    private final int port = Testbed.freePort();
    private final JobsLog log;
    private HttpServer server;
    private @Nullable Thread returning;
    private int away;

    JobsUpstream(JobsLog log) throws IOException {
        this.log = log;
        this.server = start();
    }

    int port() {
        return port;
    }

    private HttpServer start() throws IOException {
        HttpServer started = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 100);
        started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        started.createContext("/", this::deliver);
        started.start();
        return started;
    }

    private void deliver(HttpExchange exchange) throws IOException {
        String[] body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII).split(" ");
        int chance = ThreadLocalRandom.current().nextInt(1_000);
        if (chance < FAILURES) {
            log.failed();
            exchange.sendResponseHeaders(500, -1);
        } else {
            log.delivered(new Job(Integer.parseInt(body[0]), Long.parseLong(body[1])));
            if (chance < FAILURES + LATE) {
                Testbed.pause(LATE_MILLIS);
            }
            exchange.sendResponseHeaders(204, -1);
        }
        exchange.close();
    }

    /** Goes away, unless it is away, and comes back by itself after a second, or {@code most} milliseconds later. */
    void leave(Random random, int most) {
        Thread before = returning;
        if (before != null && before.isAlive()) {
            return;
        }
        away++;
        server.stop(0);
        long millis = 1_000 + random.nextInt(most);
        returning = Thread.ofPlatform().start(() -> {
            Testbed.pause(millis);
            try {
                server = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Waits until it is back. */
    void await() throws InterruptedException {
        if (returning != null) {
            returning.join();
        }
    }

    void stop() {
        server.stop(0);
    }

    /** How often it was away. */
    int away() {
        return away;
    }
}
