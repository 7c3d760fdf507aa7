package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.server.protocol.websocket.CloseCodes;
import app.rcommerce.gateway.server.protocol.websocket.Fault;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a client whose messages are read here (RFC 6455 §5): texts of a bounded size, put together from their
 * fragments. While no frame is under way it holds nothing. Confined to one event loop.
 */
final class ClientFrames {

    /** The receiver of what is read. */
    interface Receiver {

        /** Called at the header of a data frame; returns the reason to read no further. */
        @Nullable
        Fault data(boolean first, long bytes);

        /** Called for a ping or a pong; returns the reason to read no further. */
        @Nullable
        Fault control(boolean ping, byte[] content);

        /** A message has come. */
        void message(String text);

        /** The client has sent a close frame with this code, or {@link CloseCodes#NO_STATUS}. */
        void closed(int code);
    }

    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MOST_CONTROL = 125;
    private static final int LONGEST_HEADER = 14;
    private static final int SMALL = 256;

    private final int longest;
    private final Receiver receiver;

    /** The header of a frame, of which more is to come; null where none is. */
    private byte @Nullable [] header;

    private int headerLength;
    /** The frame under way. */
    private int opcode;

    private boolean last;
    private int mask;
    private int length;
    private int done;
    private boolean inFrame;
    /** The content of a control frame under way. */
    private byte @Nullable [] control;
    /** The message under way. */
    private byte @Nullable [] message;

    private int messageLength;
    private boolean midMessage;
    private boolean closed;

    /**
     * A reader that begins with a frame.
     *
     * @param longest the longest message in bytes
     */
    ClientFrames(int longest, Receiver receiver) {
        this.longest = longest;
        this.receiver = receiver;
    }

    /** Whether the client has sent a close frame. */
    boolean isClosed() {
        return closed;
    }

    /** Reads some bytes, without releasing them; the reason to read no further, or null. */
    @Nullable
    Fault read(ByteBuf in) {
        Fault fault = null;
        while (fault == null && !closed && in.isReadable()) {
            fault = inFrame ? content(in) : header(in);
        }
        return fault;
    }

    private @Nullable Fault header(ByteBuf in) {
        byte[] bytes = header;
        if (bytes == null) {
            bytes = new byte[LONGEST_HEADER];
            header = bytes;
            headerLength = 0;
        }
        while (in.isReadable()) {
            bytes[headerLength++] = in.readByte();
            if (headerLength == 2) {
                Fault fault = judge(bytes[0] & 0xff, bytes[1] & 0xff);
                if (fault != null) {
                    return fault;
                }
            }
            if (headerLength >= 2 && headerLength == needed(bytes[1] & 0x7f)) {
                header = null;
                return begin(bytes);
            }
        }
        return null;
    }

    private static int needed(int seven) {
        return 6 + (seven == 126 ? 2 : seven == 127 ? 8 : 0);
    }

    private @Nullable Fault judge(int first, int second) {
        int code = first & 0xf;
        if ((first & 0x70) != 0) {
            return Fault.protocol("a reserved bit");
        }
        if ((code > 2 && code < CLOSE) || code > PONG) {
            return Fault.protocol("a reserved opcode");
        }
        if ((second & 0x80) == 0) {
            return Fault.protocol("a frame without a mask");
        }
        if (code >= CLOSE) {
            int size = second & 0x7f;
            if ((first & 0x80) == 0 || size > MOST_CONTROL) {
                return Fault.protocol("a control frame that is fragmented or too long");
            }
            return code == CLOSE && size == 1 ? Fault.protocol("a close frame with half a code") : null;
        }
        if ((code == 0) != midMessage) {
            return Fault.protocol(midMessage ? "a message within another" : "a continuation of nothing");
        }
        return code == 2 ? new Fault(CloseCodes.UNSUPPORTED, "only texts are understood") : null;
    }

    private @Nullable Fault begin(byte[] bytes) {
        int seven = bytes[1] & 0x7f;
        long size = seven;
        if (seven >= 126) {
            int count = seven == 126 ? 2 : 8;
            size = 0;
            for (int i = 0; i < count; i++) {
                size = (size << 8) | (bytes[2 + i] & 0xff);
            }
            if (size < (seven == 126 ? 126 : 65_536)) {
                return Fault.protocol("a length that is too large or not in its shortest form");
            }
        }
        int at = needed(seven) - 4;
        mask = ByteBuffer.wrap(bytes, at, 4).getInt();
        opcode = bytes[0] & 0xf;
        last = (bytes[0] & 0x80) != 0;
        if (opcode < CLOSE) {
            if (size > longest || (opcode == 0 ? messageLength : 0) + size > longest) {
                return new Fault(CloseCodes.TOO_LARGE, "a message is too large");
            }
            Fault fault = receiver.data(opcode == TEXT, size);
            if (fault != null) {
                return fault;
            }
            if (opcode == TEXT) {
                messageLength = 0;
            }
            midMessage = true;
            grow((int) size);
        } else {
            control = new byte[(int) size];
        }
        length = (int) size;
        done = 0;
        inFrame = true;
        return length == 0 ? end() : null;
    }

    private void grow(int by) {
        byte[] bytes = message;
        int needed = messageLength + by;
        if (bytes == null) {
            message = new byte[last ? needed : Math.clamp(needed * 2L, Math.min(SMALL, longest), longest)];
        } else if (bytes.length < needed) {
            message = Arrays.copyOf(bytes, Math.clamp(needed * 2L, needed, longest));
        }
    }

    private @Nullable Fault content(ByteBuf in) {
        byte[] to = opcode < CLOSE ? message : control;
        if (to == null) {
            return Fault.protocol("content of nothing");
        }
        int at = opcode < CLOSE ? messageLength : done;
        int step = Math.min(length - done, in.readableBytes());
        in.readBytes(to, at, step);
        for (int i = 0; i < step; i++) {
            to[at + i] ^= (byte) (mask >>> (24 - 8 * ((done + i) & 3)));
        }
        done += step;
        if (opcode < CLOSE) {
            messageLength += step;
        }
        return done == length ? end() : null;
    }

    private @Nullable Fault end() {
        inFrame = false;
        if (opcode >= CLOSE) {
            byte[] content = control == null ? new byte[0] : control;
            control = null;
            return opcode == CLOSE ? close(content) : receiver.control(opcode == PING, content);
        }
        if (!last) {
            return null;
        }
        byte[] bytes = message == null ? new byte[0] : message;
        message = null;
        midMessage = false;
        String text = text(bytes, messageLength);
        messageLength = 0;
        if (text == null) {
            return new Fault(CloseCodes.BAD_TEXT, "a text that is no UTF-8");
        }
        receiver.message(text);
        return null;
    }

    private static @Nullable String text(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private @Nullable Fault close(byte[] content) {
        int code = content.length == 0 ? CloseCodes.NO_STATUS : ((content[0] & 0xff) << 8) | (content[1] & 0xff);
        if (content.length > 0 && !CloseCodes.mayBeSent(code)) {
            return Fault.protocol("a close code that nobody may send");
        }
        closed = true;
        receiver.closed(code);
        return null;
    }
}
