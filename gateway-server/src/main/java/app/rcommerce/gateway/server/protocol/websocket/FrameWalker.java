package app.rcommerce.gateway.server.protocol.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the frames of one direction of a WebSocket (RFC 6455 §5), as they come in pieces of any size. It looks at
 * the headers and counts; the content of data frames passes as it is, masked or compressed, in the buffers in which it
 * came. A header, and a control frame, passes once the whole of it has come, so that what has passed ends at the end of
 * a frame or within the content of one. Confined to one event loop.
 */
final class FrameWalker {

    /** The receiver of what is found. */
    interface Watcher {

        /**
         * Called at the header of a data frame, before it passes.
         *
         * @param first whether a message begins with it
         * @param frameBytes the content of this frame
         * @param messageBytes the content of the message so far, with this frame's
         * @return the reason to relay no further; null where there is none
         */
        @Nullable
        Fault data(boolean first, long frameBytes, long messageBytes);

        /** Called for each ping or pong, before its content is looked at; returns the reason to relay no further. */
        @Nullable
        Fault control();

        /** Called for a ping or a pong with its content; returns whether it passes. */
        boolean control(int opcode, byte[] content);

        /**
         * Called for a close frame, with its code or {@link CloseCodes#NO_STATUS}; it passes, and is the last frame.
         */
        void close(int code);

        /** Takes bytes that pass on, and releases them. */
        void pass(ByteBuf bytes);
    }

    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MOST_CONTROL = 125;
    /** The longest control frame, with its header and mask. */
    private static final int LONGEST_HELD = 2 + 4 + MOST_CONTROL;

    private final boolean masked;
    private final int reservedBits;
    private final Watcher watcher;

    /** The beginning of a header or of a control frame, of which more is to come; null where there is none. */
    private byte @Nullable [] held;

    private int heldLength;
    /** How much of a data frame's content is still to come. */
    private long remaining;

    private boolean midMessage;
    private long messageBytes;
    private boolean closed;
    private @Nullable Fault fault;

    /**
     * A walk that begins with a frame.
     *
     * @param masked whether frames are masked, as a client's are, or not, as a server's are (RFC 6455 §5.1)
     * @param reservedBits the reserved bits of a first byte that extensions give a meaning to
     */
    FrameWalker(boolean masked, int reservedBits, Watcher watcher) {
        this.masked = masked;
        this.reservedBits = reservedBits;
        this.watcher = watcher;
    }

    /** Whether what has passed ends with a whole frame, so that another one may be put behind it. */
    boolean isAtBoundary() {
        return remaining == 0;
    }

    /** Whether a close frame has passed. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Walks over some bytes, passes on what may pass, and releases the buffer.
     *
     * @return the reason to relay no further; null where there is none
     */
    @Nullable
    Fault walk(ByteBuf in) {
        if (fault != null || closed) {
            // Behind a close frame there is nothing (RFC 6455 §5.5.1).
            in.release();
            return fault;
        }
        int begin = in.readerIndex();
        int end = in.writerIndex();
        int from = begin;
        int at = begin;
        while (at < end && fault == null && !closed) {
            if (remaining > 0) {
                int step = (int) Math.min(remaining, end - at);
                at += step;
                remaining -= step;
            } else if (held != null) {
                at = complete(in, at, end);
                from = at;
            } else {
                int length = needed(in, at, end - at);
                if (length < 0) {
                    break;
                }
                if (length > end - at) {
                    passRange(in, from, at);
                    hold(in, at, end - at);
                    from = end;
                    at = end;
                } else if (frame(in, at, length)) {
                    at += length;
                } else {
                    passRange(in, from, at);
                    at += length;
                    from = at;
                }
            }
        }
        if (fault == null && !closed && from == begin && at == end) {
            watcher.pass(in);
            return null;
        }
        passRange(in, from, at);
        in.release();
        return fault;
    }

    private void passRange(ByteBuf in, int from, int to) {
        if (to > from) {
            watcher.pass(in.retainedSlice(from, to - from));
        }
    }

    private void hold(ByteBuf in, int at, int length) {
        byte[] bytes = new byte[LONGEST_HELD];
        in.getBytes(at, bytes, 0, length);
        held = bytes;
        heldLength = length;
    }

    /** Adds to what is held as much as is needed of it; returns where the rest begins. */
    private int complete(ByteBuf in, int at, int end) {
        byte[] bytes = held;
        if (bytes == null) {
            return at;
        }
        ByteBuf view = Unpooled.wrappedBuffer(bytes);
        int needed = needed(view, 0, heldLength);
        int next = at;
        while (needed > heldLength && next < end) {
            int step = Math.min(needed - heldLength, end - next);
            in.getBytes(next, bytes, heldLength, step);
            heldLength += step;
            next += step;
            needed = needed(view, 0, heldLength);
        }
        if (needed == heldLength) {
            held = null;
            if (frame(view, 0, needed)) {
                watcher.pass(view.writerIndex(needed));
            }
        }
        return next;
    }

    /**
     * How many bytes are needed to judge what begins here: of a data frame the header, of a control frame all of it. It
     * may grow with what is available. -1 after a fault.
     */
    private int needed(ByteBuf in, int at, int available) {
        if (available < 2) {
            return 2;
        }
        int first = in.getUnsignedByte(at);
        int second = in.getUnsignedByte(at + 1);
        fault = judge(first, second);
        if (fault != null) {
            return -1;
        }
        int length = second & ~MASKED;
        int mask = masked ? 4 : 0;
        if (isControl(first & 0xf)) {
            return 2 + mask + length;
        }
        return 2 + mask + (length == 126 ? 2 : length == 127 ? 8 : 0);
    }

    private static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    private @Nullable Fault judge(int first, int second) {
        int opcode = first & 0xf;
        boolean last = (first & FIN) != 0;
        int reserved = first & 0x70;
        if ((reserved & ~reservedBits) != 0) {
            return Fault.protocol("a reserved bit");
        }
        if ((opcode > 2 && opcode < CLOSE) || opcode > PONG) {
            return Fault.protocol("a reserved opcode");
        }
        if (((second & MASKED) != 0) != masked) {
            return Fault.protocol(masked ? "a frame without a mask" : "a masked frame");
        }
        if (isControl(opcode)) {
            int length = second & ~MASKED;
            if (!last || length > MOST_CONTROL || reserved != 0) {
                return Fault.protocol("a control frame that is fragmented or too long");
            }
            return opcode == CLOSE && length == 1 ? Fault.protocol("a close frame with half a code") : null;
        }
        if ((opcode == 0) != midMessage) {
            return Fault.protocol(midMessage ? "a message within another" : "a continuation of nothing");
        }
        return null;
    }

    /** Takes note of a frame that may pass; returns whether it does. */
    private boolean frame(ByteBuf in, int at, int length) {
        int first = in.getUnsignedByte(at);
        int opcode = first & 0xf;
        if (isControl(opcode)) {
            return control(opcode, in, at, length);
        }
        long bytes = contentLength(in, at);
        if (bytes < 0) {
            fault = Fault.protocol("a length that is too large or not in its shortest form");
            return false;
        }
        boolean begins = opcode != 0;
        messageBytes = begins ? bytes : saturatedSum(messageBytes, bytes);
        fault = watcher.data(begins, bytes, messageBytes);
        if (fault != null) {
            return false;
        }
        remaining = bytes;
        midMessage = (first & FIN) == 0;
        return true;
    }

    private static long saturatedSum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** The length of a data frame's content; -1 where it is not written as it must be (RFC 6455 §5.2). */
    private static long contentLength(ByteBuf in, int at) {
        int length = in.getUnsignedByte(at + 1) & ~MASKED;
        if (length == 126) {
            int two = in.getUnsignedShort(at + 2);
            return two < 126 ? -1 : two;
        }
        if (length == 127) {
            long eight = in.getLong(at + 2);
            return eight < 65_536 ? -1 : eight;
        }
        return length;
    }

    private boolean control(int opcode, ByteBuf in, int at, int length) {
        int mask = masked ? 4 : 0;
        byte[] content = new byte[length - 2 - mask];
        in.getBytes(at + 2 + mask, content);
        for (int i = 0; masked && i < content.length; i++) {
            content[i] ^= in.getByte(at + 2 + (i & 3));
        }
        if (opcode != CLOSE) {
            fault = watcher.control();
            return fault == null && watcher.control(opcode, content);
        }
        int code = content.length == 0 ? CloseCodes.NO_STATUS : (content[0] & 0xff) << 8 | (content[1] & 0xff);
        if (content.length > 0 && !CloseCodes.mayBeSent(code)) {
            fault = Fault.protocol("a close code that nobody may send");
            return false;
        }
        closed = true;
        watcher.close(code);
        return true;
    }
}
