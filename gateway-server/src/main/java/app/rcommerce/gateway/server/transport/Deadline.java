package app.rcommerce.gateway.server.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A time-out that is moved often and expires seldom: moving it to a later time writes a field and sets no timer.
 * Confined to one event loop.
 *
 * <p>Earned by {@code DeadlineBenchmark}.
 */
public final class Deadline {

    private final EventLoop loop;
    private final Runnable expired;
    private long atNanos;
    private boolean armed;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAtNanos;

    /** A deadline that is not set; {@code expired} runs on the loop when one passes. */
    public Deadline(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** Sets the deadline to so many nanoseconds from now, replacing an earlier one. */
    public void set(long nanos) {
        atNanos = System.nanoTime() + nanos;
        armed = true;
        if (timer != null && timerAtNanos - atNanos > 0) {
            timer.cancel(false);
            timer = null;
        }
        if (timer == null) {
            schedule(nanos);
        }
    }

    /** Clears the deadline; a timer that is set expires without effect. */
    public void clear() {
        armed = false;
    }

    /** Clears the deadline and cancels its timer, at the end of the owner's life. */
    public void close() {
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
            expired.run();
        }
    }
}
