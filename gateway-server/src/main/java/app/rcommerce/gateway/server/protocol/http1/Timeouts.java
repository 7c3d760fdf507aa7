package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.transport.Deadline;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The time-outs of a client's connection: what it waits for, and for how long. Confined to one event loop. */
final class Timeouts {

    /** The events that can be waited for. */
    enum For {
        /** No event that has a time-out. */
        NOTHING,
        /** The first byte of a request. */
        REQUEST,
        /** The rest of a head. */
        HEAD,
        /** More content of a request. */
        CONTENT,
        /** The client to take what was sent. */
        CLIENT_READS,
        /** The client to close its side. */
        CLIENT_CLOSES
    }

    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final long SECOND_NANOS = 1_000_000_000L;

    /** The time for which content may be waited for in all before its rate is checked. */
    private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Supplier<ServerConfig> bounds;
    private final LongSupplier taken;
    private final Consumer<For> expired;
    private final Deadline deadline;
    private For waiting = For.NOTHING;
    /**
     * The time for which the content of the request under way has been waited for in all, in nanoseconds, and the bytes
     * that arrived.
     */
    private long contentWaitedNanos;

    private long sinceNanos;
    private long arrived;
    /** The time for which the client was waited for to take answers, and what it had taken when that began last. */
    private long readsWaitedNanos;

    private long takenBefore;

    /**
     * Time-outs of a connection that waits for nothing yet.
     *
     * @param taken how many bytes the client has taken since the beginning
     * @param expired runs on the loop when an event has not come in time
     */
    Timeouts(EventLoop loop, Supplier<ServerConfig> bounds, LongSupplier taken, Consumer<For> expired) {
        this.bounds = bounds;
        this.taken = taken;
        this.expired = expired;
        this.deadline = new Deadline(loop, this::ended);
    }

    For waiting() {
        return waiting;
    }

    /** Waits for this event from now on, and for no other. */
    void waitFor(For what) {
        if (waiting == For.CONTENT) {
            contentWaitedNanos += System.nanoTime() - sinceNanos;
        } else if (waiting == For.CLIENT_READS) {
            readsWaitedNanos += System.nanoTime() - sinceNanos;
        }
        waiting = what;
        if (what == For.CONTENT || what == For.CLIENT_READS) {
            // How long anything else has been waited for is never asked.
            sinceNanos = System.nanoTime();
        }
        switch (what) {
            case NOTHING -> deadline.clear();
            case REQUEST -> deadline.set(bounds.get().idleTimeout().toNanos());
            case HEAD -> deadline.set(bounds.get().headerTimeout().toNanos());
            case CONTENT ->
                deadline.set(Math.min(bounds.get().bodyTimeout().toNanos(), leftNanos(arrived, contentWaitedNanos)));
            case CLIENT_READS -> {
                takenBefore = taken.getAsLong();
                deadline.set(Math.min(bounds.get().bodyTimeout().toNanos(), leftNanos(takenBefore, readsWaitedNanos)));
            }
            case CLIENT_CLOSES -> deadline.set(LINGER.toNanos());
        }
    }

    /** Whether the client has been waited for so many nanoseconds, and does not do this. */
    boolean isSilent(long nanos, Silence what) {
        boolean awaited = switch (waiting) {
            case CLIENT_READS -> what == Silence.TAKES_NOTHING || what == Silence.HOLDS_ANSWER;
            case REQUEST -> what == Silence.SENDS_NOTHING;
            case HEAD, CONTENT -> what == Silence.SENDS_NOTHING || what == Silence.HALF_SENT;
            case NOTHING, CLIENT_CLOSES -> false;
        };
        return awaited && deadline.sinceSetNanos() > nanos;
    }

    /** Begins another request, whose content has a rate of its own. */
    void begin() {
        contentWaitedNanos = 0;
        arrived = 0;
    }

    /** Counts bytes of content that have arrived. */
    void arrived(long bytes) {
        arrived += bytes;
    }

    /**
     * The time for which more may still be waited for: the grace, and the time that so many bytes take at the least
     * rate, without what has been waited already. The wait does not count while the other side of the gateway has
     * nothing, or takes nothing.
     */
    private long leftNanos(long bytes, long waitedNanos) {
        long rate = bounds.get().minRate();
        if (rate == 0) {
            return Long.MAX_VALUE;
        }
        // In seconds first: content of terabytes would not fit in nanoseconds.
        long seconds = Math.min(bytes / rate, Long.MAX_VALUE / 4 / SECOND_NANOS);
        long rest = bytes % rate * SECOND_NANOS / rate;
        return Math.max(1, GRACE_NANOS + seconds * SECOND_NANOS + rest - waitedNanos);
    }

    /** Waits on where the client takes answers, however slowly, as long as that is not below the least rate. */
    private boolean isStillTaking() {
        long now = taken.getAsLong();
        long waited = readsWaitedNanos + System.nanoTime() - sinceNanos;
        if (now <= takenBefore || leftNanos(now, waited) <= 1) {
            return false;
        }
        waitFor(For.CLIENT_READS);
        return true;
    }

    private void ended() {
        For was = waiting;
        if (was == For.CLIENT_READS && isStillTaking()) {
            return;
        }
        waiting = For.NOTHING;
        expired.accept(was);
    }

    /** Stops all time-outs, since the connection has ended. */
    void close() {
        deadline.close();
    }
}
