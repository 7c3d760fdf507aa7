package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.upstream.Deadline;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a connection waits for, and for how long it does. Confined to one event loop. */
final class Patience {

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

    private final Supplier<ServerConfig> bounds;
    private final Consumer<For> expired;
    private final Deadline deadline;
    private For waiting = For.NOTHING;

    /** Waits for nothing; {@code expired} runs on the loop when something has not come in time. */
    Patience(EventLoop loop, Supplier<ServerConfig> bounds, Consumer<For> expired) {
        this.bounds = bounds;
        this.expired = expired;
        this.deadline = new Deadline(loop, this::ended);
    }

    For waiting() {
        return waiting;
    }

    /** Waits for this from now on, and for nothing else. */
    void waitFor(For what) {
        waiting = what;
        switch (what) {
            case NOTHING -> deadline.clear();
            case REQUEST -> deadline.set(bounds.get().idleTimeout().toNanos());
            case HEAD -> deadline.set(bounds.get().headerTimeout().toNanos());
            case CONTENT, CLIENT_READS -> deadline.set(bounds.get().bodyTimeout().toNanos());
            case CLIENT_CLOSES -> deadline.set(LINGER.toNanos());
        }
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
