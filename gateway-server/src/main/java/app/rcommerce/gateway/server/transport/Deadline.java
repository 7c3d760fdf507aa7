package app.rcommerce.gateway.server.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A time-out that is moved often and expires seldom: moving it to a later time writes a field and sets no timer.
 * Confined to one event loop.
 *
 * <p>Earned by {@code DeadlineBenchmark}.
 */
public final class Deadline {

    private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_TRIES = 10;

    private final EventLoop loop;
    private final Runnable expired;
    private long setNanos;
    private long atNanos;
    private boolean armed;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAtNanos;
    /** How often it was set or cleared, and how often in a row what it does has failed. */
    private int moves;

    private int failures;

    /** A deadline that is not set; {@code expired} runs on the loop when one passes. */
    public Deadline(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** Sets the deadline to so many nanoseconds from now, replacing an earlier one. */
    public void set(long nanos) {
        moves++;
        setNanos = System.nanoTime();
        atNanos = setNanos + nanos;
        armed = true;
        if (timer != null && timerAtNanos - atNanos > 0) {
            timer.cancel(false);
            timer = null;
        }
        if (timer == null) {
            schedule(nanos);
        }
    }

    /** How long ago it was set last, in nanoseconds; it has been set. */
    public long sinceSetNanos() {
        return System.nanoTime() - setNanos;
    }

    /** Clears the deadline; a timer that is set expires without effect. */
    public void clear() {
        moves++;
        armed = false;
    }

    /** Clears the deadline and cancels its timer, at the end of the owner's life. */
    public void close() {
        moves++;
        armed = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long nanos) {
        timerAtNanos = atNanos;
        timer = loop.schedule(this::fired, nanos, TimeUnit.NANOSECONDS);
    }

    private void fired() {
        timer = null;
        if (!armed) {
            return;
        }
        long left = atNanos - System.nanoTime();
        if (left > 0) {
            schedule(left);
        } else {
            armed = false;
            expire();
        }
    }

    /**
     * Tries again a little later where memory is spent, for instance: nobody else would end what has taken too long.
     */
    private void expire() {
        int before = moves;
        try {
            expired.run();
            failures = 0;
        } catch (Throwable e) {
            LOG.error("what is to be done after a time-out has failed", e);
            if (moves == before && ++failures < MOST_TRIES) {
                set(AGAIN_NANOS);
            }
        }
    }
}
