package app.rcommerce.gateway.balance;

import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One server of an upstream as the whole process sees it: its requests in flight and its connections, both bounded, and
 * a circuit breaker that opens where it takes no connection. Safe for any thread.
 */
public final class Endpoint {

    /** How long a server that took no connection is passed over, while another one does. */
    private static final long PASSED_OVER_NANOS = Duration.ofSeconds(10).toNanos();

    /** One connection that cannot be made opens the breaker, and nothing but one that is made closes it. */
    private static final CircuitBreaker.Thresholds THRESHOLDS =
            new CircuitBreaker.Thresholds(1, Integer.MAX_VALUE, Integer.MAX_VALUE);

    private final String name;
    private final int most;
    private final Clock clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final CircuitBreaker breaker = new CircuitBreaker(THRESHOLDS);
    private final AtomicLong retryAtNanos = new AtomicLong();

    /**
     * A server with this name.
     *
     * @param most the bound on its requests in flight, and on its connections
     */
    public Endpoint(String name, int most, Clock clock) {
        this.name = name;
        this.most = most;
        this.clock = clock;
    }

    /** Counts one more request in flight; returns false, and counts nothing, where the bound is reached. */
    public boolean enter() {
        if (inFlight.incrementAndGet() > most) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts one request in flight less: the one that {@link #enter} has counted has ended. */
    public void leave() {
        inFlight.decrementAndGet();
    }

    /**
     * Counts one more connection; returns false, and counts nothing, where the bound is reached, by idle connections
     * too.
     */
    public boolean reserve() {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts one connection less: the one that {@link #reserve} has counted is closed, or could not be made. */
    public void unreserve() {
        open.decrementAndGet();
    }

    /** The number of connections, busy and idle. */
    public int connections() {
        return open.get();
    }

    /** The number of requests in flight. */
    public int requests() {
        return inFlight.get();
    }

    /** Records that a connection was made. */
    public void connected() {
        if (!breaker.isSettled()) {
            breaker.probed();
            breaker.succeeded();
        }
    }

    /** Records that no connection could be made. */
    public void refused() {
        retryAtNanos.set(clock.nanos() + PASSED_OVER_NANOS);
        breaker.failed();
    }

    /**
     * Whether a request is to find out whether the server takes connections again, so that it needs a new one: an idle
     * connection would not tell.
     */
    public boolean isOnTrial() {
        return breaker.state() == CircuitBreaker.State.HALF_OPEN;
    }

    /** Whether the last connection that was tried could be made, or none has been tried. */
    public boolean isUp() {
        return breaker.state() == CircuitBreaker.State.CLOSED;
    }

    /**
     * Whether requests should go to another server because the circuit breaker is open. Once in every
     * {@link #PASSED_OVER_NANOS} one caller is told no, so that one request tries the server again.
     */
    boolean isPassedOver() {
        if (breaker.state() == CircuitBreaker.State.CLOSED) {
            return false;
        }
        long at = retryAtNanos.get();
        long now = clock.nanos();
        if (now - at >= 0 && retryAtNanos.compareAndSet(at, now + PASSED_OVER_NANOS)) {
            breaker.probed();
        }
        return !breaker.admits();
    }

    /** The server's name. */
    @Override
    public String toString() {
        return name;
    }
}
