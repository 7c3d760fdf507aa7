package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameScan;
import app.rcommerce.gateway.server.protocol.http2.frame.Pace;
import app.rcommerce.gateway.server.transport.Deadline;
import app.rcommerce.gateway.server.transport.Trickle;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The time-outs of one connection and of all its streams. While anything is under way it looks once a second, or more
 * often where time-outs are short, how far everything has got, so that no stream needs a timer; while nothing is, one
 * timer waits for the end of the idle time. Confined to one event loop.
 */
final class Http2Clock {

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LEAST_LOOK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();
    /** Looks in the shortest time-out. */
    private static final int LOOKS = 8;

    private final Http2Connection connection;
    private final Channel channel;
    private final Supplier<ServerConfig> bounds;
    private final FrameScan scan;
    private final Trickle trickle;
    private final Deadline deadline;
    private long begunNanos;
    private long lookedNanos;
    private long idleSinceNanos;
    private long unwritableNanos;
    private long unwritten;
    private boolean looking;
    private boolean acknowledged;
    private boolean lingering;

    Http2Clock(
            Http2Connection connection,
            Channel channel,
            Supplier<ServerConfig> bounds,
            FrameScan scan,
            Trickle trickle) {
        this.connection = connection;
        this.channel = channel;
        this.bounds = bounds;
        this.scan = scan;
        this.trickle = trickle;
        this.deadline = new Deadline(channel.eventLoop(), this::expired);
    }

    void begin() {
        begunNanos = System.nanoTime();
        idleSinceNanos = begunNanos;
        streaming();
    }

    /** Called when something is under way. */
    void streaming() {
        if (!looking && !lingering) {
            looking = true;
            lookedNanos = System.nanoTime();
            deadline.set(interval(bounds.get()));
        }
    }

    private static long interval(ServerConfig server) {
        long shortest = Math.min(
                Math.min(server.headerTimeout().toNanos(), server.bodyTimeout().toNanos()),
                server.idleTimeout().toNanos());
        return Math.clamp(shortest / LOOKS, LEAST_LOOK_NANOS, LOOK_NANOS);
    }

    void readComplete() {
        if (!looking && scan.isMidway()) {
            streaming();
        }
    }

    /** Called when the last stream has ended. */
    void idle() {
        idleSinceNanos = System.nanoTime();
    }

    /** Whether the client has sent no request, or not the rest of a frame, for so many nanoseconds. */
    boolean isSilent(long nanos, Silence what) {
        return switch (what) {
            case TAKES_NOTHING, HOLDS_ANSWER -> false;
            case HALF_SENT -> scan.isMidwayFor(nanos);
            case SENDS_NOTHING ->
                scan.isMidwayFor(nanos) || (connection.streams() == 0 && System.nanoTime() - idleSinceNanos >= nanos);
        };
    }

    void acknowledged() {
        acknowledged = true;
    }

    /** Called when the connection has been ended, and only waits for the client to close it. */
    void linger() {
        lingering = true;
        deadline.set(LINGER_NANOS);
    }

    void close() {
        deadline.close();
    }

    private void expired() {
        if (lingering) {
            channel.close();
            return;
        }
        long now = System.nanoTime();
        long since = looking ? now - lookedNanos : 0;
        lookedNanos = now;
        looking = false;
        ServerConfig server = bounds.get();
        if (endsConnection(now, since, server)) {
            return;
        }
        int underWay = scan.contentUnderWay();
        Pace.Bounds pace = new Pace.Bounds(server.bodyTimeout().toNanos(), server.minRate());
        // To end those that are too slow costs much more than to look.
        connection.forEachLeg(leg -> {
            int arriving = leg.stream().id() == underWay ? scan.arrived() : 0;
            trickle.add(() -> {
                if (leg.stream().state() != Http2Stream.State.CLOSED) {
                    leg.look(since, arriving, pace);
                }
            });
        });
        if (lingering || !channel.isActive()) {
            return;
        }
        boolean busy = connection.streams() > 0 || !acknowledged || scan.isMidway() || !channel.isWritable();
        if (busy) {
            looking = true;
            deadline.set(interval(server));
        } else {
            deadline.set(server.idleTimeout().toNanos() - (now - idleSinceNanos));
        }
    }

    private boolean endsConnection(long now, long since, ServerConfig server) {
        long headerNanos = server.headerTimeout().toNanos();
        unwritable(since);
        // Content of a stream has a clock of its own.
        int content = scan.contentUnderWay();
        if (scan.underWayNanos(since, content == 0 || connection.leg(connection.stream(content)) == null)
                >= headerNanos) {
            return end(Http2Error.PROTOCOL_ERROR, "a frame did not end in time", Http2Event.CLOSED_HEADER_TIMEOUT);
        }
        if (!acknowledged && now - begunNanos >= headerNanos) {
            return end(
                    Http2Error.SETTINGS_TIMEOUT,
                    "our settings were not acknowledged in time",
                    Http2Event.CLOSED_SETTINGS_TIMEOUT);
        }
        if (unwritableNanos >= server.bodyTimeout().toNanos()) {
            connection.tell(Http2Event.CLOSED_NOT_READING);
            channel.close();
            return true;
        }
        if (connection.streams() == 0
                && !scan.isMidway()
                && now - idleSinceNanos >= server.idleTimeout().toNanos()) {
            return end(Http2Error.NO_ERROR, "idle", Http2Event.CLOSED_IDLE);
        }
        return false;
    }

    static Failure tooSlow(String what) {
        return new Failure(Failure.Source.CLIENT, Failure.Kind.TIMEOUT, what);
    }

    private boolean end(Http2Error code, String why, Http2Event event) {
        connection.end(code, why, event);
        return true;
    }

    /** For how long the socket has taken nothing. */
    private void unwritable(long since) {
        long before = channel.bytesBeforeWritable();
        unwritableNanos = before > 0 && before == unwritten ? unwritableNanos + since : 0;
        unwritten = before;
    }
}
