package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.limit.count.Pace;
import app.rcommerce.gateway.route.WebSocketRule.MessageRate;
import app.rcommerce.gateway.server.protocol.websocket.CloseCodes;
import app.rcommerce.gateway.server.protocol.websocket.Fault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How many messages a client may send, and how many small frames beside them. Confined to its event loop. */
final class Pacing {

    /** A fragment of less content is small, in bytes. */
    private static final int SMALL = 256;
    /** So many pings and small fragments are allowed in half a minute, however few messages may be. */
    private static final int MOST_SMALL = 200;

    private static final long SMALL_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Fault TOO_MANY_SMALL =
            new Fault(CloseCodes.POLICY_VIOLATION, "too many pings, or fragments of messages");

    private final @Nullable MessageRate rate;
    /** Made for a client's first message: most clients send few. */
    private @Nullable Pace messages;

    private @Nullable Pace small;

    Pacing(@Nullable MessageRate rate) {
        this.rate = rate;
    }

    /** Counts a frame with so much content; null where it may come. */
    @Nullable
    Fault data(boolean first, long bytes) {
        if (!first) {
            return bytes < SMALL ? small() : null;
        }
        if (rate == null) {
            return null;
        }
        if (messages == null) {
            messages = new Pace(rate.most(), rate.window().toNanos(), System.nanoTime());
        }
        return messages.take(System.nanoTime()) ? null : new Fault(CloseCodes.POLICY_VIOLATION, "too many messages");
    }

    /** Counts a ping, or a small fragment; null where it may come. */
    @Nullable
    Fault small() {
        if (small == null) {
            small = new Pace(MOST_SMALL, SMALL_NANOS, System.nanoTime());
        }
        return small.take(System.nanoTime()) ? null : TOO_MANY_SMALL;
    }
}
