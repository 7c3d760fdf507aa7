package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Deadline;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a connection waits for, and for how long it does. Confined to one event loop. */
final class Timeouts {

    /** What can be waited for. */
    enum For {
        /** Nothing that has a bound here. */
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

    /** How long content may be waited for in all, before its rate counts. */
    private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Supplier<ServerConfig> bounds;
    private final Consumer<For> expired;
    private final Deadline deadline;
    private For waiting = For.NOTHING;
    /** How long the content of the request under way has been waited for in all, and how much of it came. */
    private long contentWaitedNanos;

    private long sinceNanos;
    private long arrived;

    /** Waits for nothing; {@code expired} runs on the loop when something has not come in time. */
    Timeouts(EventLoop loop, Supplier<ServerConfig> bounds, Consumer<For> expired) {
        this.bounds = bounds;
        this.expired = expired;
        this.deadline = new Deadline(loop, this::ended);
    }

    For waiting() {
        return waiting;
    }

    /** Waits for this from now on, and for nothing else. */
    void waitFor(For what) {
        if (waiting == For.CONTENT) {
            contentWaitedNanos += System.nanoTime() - sinceNanos;
        }
        waiting = what;
        sinceNanos = System.nanoTime();
        switch (what) {
            case NOTHING -> deadline.clear();
            case REQUEST -> deadline.set(bounds.get().idleTimeout().toNanos());
            case HEAD -> deadline.set(bounds.get().headerTimeout().toNanos());
            case CONTENT -> deadline.set(Math.min(bounds.get().bodyTimeout().toNanos(), leftNanos()));
            case CLIENT_READS -> deadline.set(bounds.get().bodyTimeout().toNanos());
            case CLIENT_CLOSES -> deadline.set(LINGER.toNanos());
        }
    }

    /** How long what is waited for has been. */
    long waitedNanos() {
        return System.nanoTime() - sinceNanos;
    }

    /** Another request begins: its content has a rate of its own. */
    void begin() {
        contentWaitedNanos = 0;
        arrived = 0;
    }

    /** So many bytes of the content have arrived. */
    void arrived(long bytes) {
        arrived += bytes;
    }

    /**
     * How much longer content may be waited for: the grace, and the time that what has arrived takes at the least rate.
     * While the upstream takes nothing nobody waits for the client.
     */
    private long leftNanos() {
        long rate = bounds.get().minRate();
        if (rate == 0) {
            return Long.MAX_VALUE;
        }
        // In seconds first: content of terabytes would not fit in nanoseconds.
        long seconds = Math.min(arrived / rate, Long.MAX_VALUE / 4 / SECOND_NANOS);
        long rest = arrived % rate * SECOND_NANOS / rate;
        return Math.max(1, GRACE_NANOS + seconds * SECOND_NANOS + rest - contentWaitedNanos);
    }

    private void ended() {
        For was = waiting;
        waiting = For.NOTHING;
        expired.accept(was);
    }

    /** The connection has ended. */
    void close() {
        deadline.close();
    }
}
