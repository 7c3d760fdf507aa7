package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.config.UpstreamConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One server of an upstream as the whole process sees it: its requests in flight and its connections, both bounded by
 * {@code max_connections}, and whether it takes connections at all. Its pools, one for each event loop, are told in it.
 * Safe for any thread once the pools are added.
 */
final class Endpoint {

    /** How long a server that took no connection is passed over, while another one does. */
    private static final long PASSED_OVER_NANOS = Duration.ofSeconds(10).toNanos();

    private final UpstreamConfig.Server server;
    private final int most;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong retryAtNanos = new AtomicLong();
    private final List<Pool> pools = new ArrayList<>();
    private volatile boolean failing;

    /** A server with at most so many requests in flight, and as many connections. */
    Endpoint(UpstreamConfig.Server server, int most) {
        this.server = server;
        this.most = most;
    }

    void add(Pool pool) {
        pools.add(pool);
    }

    UpstreamConfig.Server server() {
        return server;
    }

    List<Pool> pools() {
        return pools;
    }

    /** Takes a place among the requests in flight; false where none is left. */
    boolean enter() {
        if (inFlight.incrementAndGet() > most) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives that place back. */
    void leave() {
        inFlight.decrementAndGet();
    }

    /** Takes a place among the connections; false where idle ones hold them all. */
    boolean reserve() {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives that place back: the connection is closed, or could not be made. */
    void unreserve() {
        open.decrementAndGet();
    }

    /** Connections, busy and idle. */
    int connections() {
        return open.get();
    }

    /** Requests in flight. */
    int requests() {
        return inFlight.get();
    }

    /** A connection was made. */
    void connected() {
        failing = false;
    }

    /** No connection could be made. */
    void refused() {
        retryAtNanos.set(System.nanoTime() + PASSED_OVER_NANOS);
        failing = true;
    }

    /** Whether requests should rather go to another server. Once in a while the answer is no: one request tries. */
    boolean isPassedOver() {
        if (!failing) {
            return false;
        }
        long at = retryAtNanos.get();
        long now = System.nanoTime();
        return now - at < 0 || !retryAtNanos.compareAndSet(at, now + PASSED_OVER_NANOS);
    }
}
