package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: each exchange is one line, of JSON or of text, under the logger {@code access}. Exchanges are handed
 * over without waiting and written by a thread of its own, which looks for them after pauses: waking it would cost each
 * request a system call. While nothing comes it sleeps, and the next exchange wakes it. When that thread cannot keep
 * up, lines are dropped and counted, so that the log does not slow down requests. The path is logged without its query,
 * which may hold secrets. Safe for any thread.
 */
public final class AccessLog implements Traffic, AutoCloseable {

    /** How many exchanges may wait to be written. */
    public static final int CAPACITY = 8192;

    /** The logger's name. */
    public static final String LOGGER = "access";

    private static final Logger ACCESS = LoggerFactory.getLogger(LOGGER);
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    /** What may come in a pause: a share of the capacity, so that the next pause has room for a multiple. */
    private static final int MOST_IN_A_PAUSE = CAPACITY / 8;

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Ring<Finished> waiting;
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private volatile boolean enabled = true;
    private volatile boolean asText;
    private volatile boolean closed;
    /** Whether the writer waits until it is woken, since nothing has come for a while. */
    private volatile boolean asleep;

    private AccessLog(int capacity) {
        this.waiting = new Ring<>(capacity);
        this.writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::write);
    }

    /** Starts a log in which {@link #CAPACITY} exchanges may wait. */
    public static AccessLog start() {
        return start(CAPACITY);
    }

    static AccessLog start(int capacity) {
        AccessLog log = new AccessLog(capacity);
        log.writer.start();
        return log;
    }

    /** Turns the log on or off, as the configuration says; it is on at first. */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** Writes lines as text, in the combined format, or as JSON, as they are at first. */
    public void setText(boolean asText) {
        this.asText = asText;
    }

    /** How many lines were given up since the start. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void finished(Finished finished) {
        if (!enabled) {
            return;
        }
        if (closed || !waiting.offer(finished)) {
            dropped.increment();
        } else if (asleep) {
            asleep = false;
            LockSupport.unpark(writer);
        }
    }

    @Override
    public void connectionOpened() {
        // Requests are logged, not connections.
    }

    @Override
    public void connectionClosed() {
        // Requests are logged, not connections.
    }

    private void write() {
        AccessLine line = AccessLine.unicode();
        CombinedLine text = new CombinedLine();
        long pause = SHORTEST_PAUSE_NANOS;
        int found = 0;
        while (true) {
            // Read before the queue, so that what was handed over before the close is still found.
            boolean last = closed;
            Finished finished = waiting.poll();
            if (finished != null) {
                log(asText ? text::of : line::of, finished);
                found++;
            } else if (last && waiting.isEmpty()) {
                return;
            } else if (found == 0 && pause == LONGEST_PAUSE_NANOS) {
                sleep();
                pause = SHORTEST_PAUSE_NANOS;
            } else {
                LockSupport.parkNanos(this, pause);
                pause = found > MOST_IN_A_PAUSE
                        ? Math.max(SHORTEST_PAUSE_NANOS, pause / 2)
                        : Math.min(LONGEST_PAUSE_NANOS, pause * 2);
                found = 0;
            }
        }
    }

    /**
     * Waits until something is handed over. Who hands over claims a place and then looks whether the writer is asleep,
     * the writer says so and then looks for claimed places, so one of them sees the other.
     */
    private void sleep() {
        asleep = true;
        while (asleep && !closed && waiting.isEmpty()) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private void log(Function<Finished, String> line, Finished finished) {
        try {
            ACCESS.info(line.apply(finished));
        } catch (Throwable e) {
            // Neither a single line nor a passing error may end the log.
            dropped.increment();
            LOG.error("request {}: cannot be logged", finished.requestId(), e);
        }
    }

    /** Writes what waits, for up to five seconds, and stops; exchanges that end later are counted as given up. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread that writes; null once it has ended. */
    @Nullable
    Thread writer() {
        return writer.isAlive() ? writer : null;
    }
}
