package app.rcommerce.gateway.server.protocol.http2.frame;

import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * One connection's budget of misbehaviour: frames that cost us more than the client, whatever their kind, are counted
 * together, and beyond the budget the connection is closed. Honest clients send a few of each. Confined to one event
 * loop.
 */
public final class Misbehaviour implements FrameScan.Observer {

    /** A window that is enlarged by less, in bytes, was hardly worth a frame. */
    private static final int LEAST_INCREMENT = 256;

    /** Priorities that nothing is said of: at the start some, then some for each request. */
    private static final int PRIORITIES_AT_START = 20;

    private static final int PRIORITIES_EACH = 3;
    private static final int PRIORITIES_MOST = 1000;

    /** The frame by which a client changes the priority of a request (RFC 9218 §7.1). */
    private static final int PRIORITY_UPDATE = 0x10;

    private static final int FLAG_ACK = 1;

    private final Rate most;
    private final Traffic traffic;
    private final long windowNanos;
    private long sinceNanos = System.nanoTime();
    private long count;
    private int priorities = PRIORITIES_AT_START;
    private int settings;
    private int acknowledged;
    private int leavings;

    public Misbehaviour(Rate most, Traffic traffic) {
        this.most = most;
        this.windowNanos = most.window().toNanos();
        this.traffic = traffic;
    }

    /** Counts one; returns whether the budget still holds. */
    public boolean count(Http2Event kind) {
        traffic.http2(kind);
        long now = System.nanoTime();
        if (now - sinceNanos > windowNanos) {
            sinceNanos = now;
            count = 0;
        }
        return ++count <= most.quota();
    }

    @Override
    public boolean frame(int type, int flags, int length, int value) {
        return switch (type) {
            case Http2FrameTypes.DATA -> true;
            case Http2FrameTypes.HEADERS -> {
                priorities = Math.min(priorities + PRIORITIES_EACH, PRIORITIES_MOST);
                yield true;
            }
            case Http2FrameTypes.PRIORITY, PRIORITY_UPDATE -> --priorities >= 0 || count(Http2Event.PRIORITY);
            case Http2FrameTypes.RST_STREAM -> count(Http2Event.RESET);
            case Http2FrameTypes.SETTINGS ->
                ((flags & FLAG_ACK) == 0 ? settings++ : acknowledged++) == 0 || count(Http2Event.SETTINGS);
            case Http2FrameTypes.PING -> (flags & FLAG_ACK) != 0 || count(Http2Event.PING);
            case Http2FrameTypes.WINDOW_UPDATE ->
                (value & Integer.MAX_VALUE) >= LEAST_INCREMENT || count(Http2Event.WINDOW_UPDATE);
            // A client says that it is leaving, and then with which stream.
            case Http2FrameTypes.GO_AWAY -> ++leavings <= 2 || count(Http2Event.OTHER_FRAME);
            case Http2FrameTypes.CONTINUATION -> count(Http2Event.CONTINUATION);
            default -> count(Http2Event.OTHER_FRAME);
        };
    }
}
