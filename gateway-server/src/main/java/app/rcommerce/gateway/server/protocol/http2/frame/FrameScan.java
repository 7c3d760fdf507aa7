package app.rcommerce.gateway.server.protocol.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Goes along with the bytes of a client from frame to frame, before anything is decoded: it tells the type of each, and
 * whether a frame or a header section is under way. That is all that time-outs and the budget of misbehaviour need, and
 * it costs a few operations for each frame. Confined to one event loop.
 */
public final class FrameScan {

    /** What is told of each frame. */
    public interface Observer {

        /**
         * The header of a frame has arrived.
         *
         * @param value the first four bytes of its content, for a frame that enlarges a window; else 0
         * @return whether the scan goes on
         */
        boolean frame(int type, int flags, int length, int value);
    }

    /** So many requests of one connection begin in a turn of the event loop at most. */
    public static final int MOST_REQUESTS = 16;

    /** What {@link #scan} returns where the observer has had enough. */
    public static final int ENOUGH = -1;

    private static final int PREFACE = 24;
    private static final int HEADER = 9;
    private static final int FLAG_END_HEADERS = 4;
    /** What a window is enlarged by takes four bytes behind the header. */
    private static final int WITH_VALUE = HEADER + 4;

    private final Observer observer;
    private int prefaceLeft = PREFACE;
    /** The number of bytes of the header that have arrived. */
    private int at;

    private int length;
    private int type;
    private int flags;
    private int stream;
    private int value;
    private int left;
    private boolean inSection;
    private int sections;
    private long ends;
    private long seenEnds;
    private long underWayNanos;

    public FrameScan(Observer observer) {
        this.observer = observer;
    }

    /**
     * Goes along with the next bytes, which are not consumed, to their end or to that of the frame with which
     * {@link #MOST_REQUESTS} header sections have begun since the turn did.
     *
     * @return with how many bytes it went along; {@link #ENOUGH} where the observer has had enough
     */
    public int scan(ByteBuf bytes) {
        int begin = bytes.readerIndex();
        int from = begin;
        int end = bytes.writerIndex();
        int skipped = Math.min(prefaceLeft, end - from);
        prefaceLeft -= skipped;
        from += skipped;
        while (from < end) {
            if (left > 0 && at == 0) {
                int some = Math.min(left, end - from);
                left -= some;
                from += some;
            } else {
                header(bytes.getUnsignedByte(from++));
                boolean valued = at == HEADER && type == Http2FrameTypes.WINDOW_UPDATE && length == 4;
                if (at != WITH_VALUE && (at != HEADER || valued)) {
                    continue;
                }
                left = at == WITH_VALUE ? 0 : length;
                at = 0;
                if (!begun()) {
                    return ENOUGH;
                }
            }
            if (left == 0) {
                passed();
                if (sections >= MOST_REQUESTS && !inSection) {
                    break;
                }
            }
        }
        return from - begin;
    }

    /** Begins a turn of the event loop. */
    public void turn() {
        sections = 0;
    }

    private void header(int octet) {
        switch (at++) {
            case 0 -> length = octet << 16;
            case 1 -> length |= octet << 8;
            case 2 -> length |= octet;
            case 3 -> type = octet;
            case 4 -> flags = octet;
            case 5 -> stream = (octet & 0x7f) << 24;
            case 6 -> stream |= octet << 16;
            case 7 -> stream |= octet << 8;
            case 8 -> {
                stream |= octet;
                value = 0;
            }
            default -> value = value << 8 | octet;
        }
    }

    private boolean begun() {
        if (type == Http2FrameTypes.HEADERS) {
            sections++;
            inSection = (flags & FLAG_END_HEADERS) == 0;
        } else if (type == Http2FrameTypes.CONTINUATION) {
            inSection = (flags & FLAG_END_HEADERS) == 0;
        }
        return observer.frame(type, flags, length, value);
    }

    private void passed() {
        if (!inSection) {
            ends++;
        }
    }

    /** How many times a frame, or a header section, has ended. */
    public long ends() {
        return ends;
    }

    /** Whether the rest of a frame, of a header section or of the preface is still to come. */
    public boolean isMidway() {
        return prefaceLeft > 0 || at > 0 || left > 0 || inSection;
    }

    /** Whether it had been so for this many nanoseconds at the last look, in one and the same frame. */
    public boolean isMidwayFor(long nanos) {
        return isMidway() && underWayNanos >= nanos;
    }

    /** The stream whose content is under way, by a frame of which a part has arrived; 0 where none is. */
    public int contentUnderWay() {
        return left > 0 && at == 0 && type == Http2FrameTypes.DATA ? stream : 0;
    }

    /** The number of bytes of that frame's content that have arrived. */
    public int arrived() {
        return length - left;
    }

    /**
     * Looks again, so many nanoseconds later: for how long the same frame, or header section, has been under way.
     *
     * @param counted whether the time since the last look counts
     */
    public long underWayNanos(long sinceNanos, boolean counted) {
        boolean same = isMidway() && ends == seenEnds;
        underWayNanos = same && counted ? underWayNanos + sinceNanos : 0;
        seenEnds = ends;
        return underWayNanos;
    }
}
