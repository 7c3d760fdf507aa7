package app.rcommerce.gateway.server.protocol.websocket;

import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** The control frames that the gateway itself sends (RFC 6455 §5.5). Stateless. */
public final class ControlFrames {

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    private ControlFrames() {}

    /** A ping of a server with this content. */
    public static ByteBuf ping(ByteBufAllocator buffers, long content) {
        return Outbox.room(buffers, 2 + Long.BYTES)
                .writeByte(FIN | FrameWalker.PING)
                .writeByte(Long.BYTES)
                .writeLong(content);
    }

    /** The pong to a ping with this content (RFC 6455 §5.5.3). */
    public static ByteBuf pong(ByteBufAllocator buffers, byte[] content) {
        return Outbox.room(buffers, 2 + content.length)
                .writeByte(FIN | FrameWalker.PONG)
                .writeByte(content.length)
                .writeBytes(content);
    }

    /** The content of a pong to such a ping. */
    public static long content(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    /**
     * A close frame.
     *
     * @param masked whether a client sends it
     * @param code one that may be sent
     * @param reason in ASCII, short enough for a control frame
     */
    public static ByteBuf close(ByteBufAllocator buffers, boolean masked, int code, String reason) {
        int length = 2 + reason.length();
        ByteBuf frame = Outbox.room(buffers, 6 + length)
                .writeByte(FIN | FrameWalker.CLOSE)
                .writeByte(length | (masked ? MASKED : 0));
        int key = masked ? ThreadLocalRandom.current().nextInt() : 0;
        if (masked) {
            frame.writeInt(key);
        }
        int from = frame.writerIndex();
        frame.writeShort(code);
        ByteBufUtil.writeAscii(frame, reason);
        for (int i = 0; masked && i < length; i++) {
            frame.setByte(from + i, frame.getByte(from + i) ^ (key >>> (24 - 8 * (i & 3))));
        }
        return frame;
    }
}
