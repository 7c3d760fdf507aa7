package app.rcommerce.gateway.server.protocol.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Frames of WebSockets as bytes, right or wrong, for tests. */
public final class Frames {

    public static final int FIN = 0x80;
    public static final int TEXT = 1;
    public static final int BINARY = 2;

    private Frames() {}

    /** A frame with this first byte; a masked one has a mask that changes its content. */
    public static byte[] frame(int first, boolean masked, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        int mask = masked ? 0x80 : 0;
        if (content.length < 126) {
            out.write(mask | content.length);
        } else if (content.length < 65_536) {
            out.write(mask | 126);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) content.length).array());
        } else {
            out.write(mask | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(content.length).array());
        }
        byte[] bytes = content.clone();
        if (masked) {
            byte[] key = {0x12, 0x34, 0x56, 0x78};
            out.writeBytes(key);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] ^= key[i & 3];
            }
        }
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    public static byte[] text(boolean masked, String text) {
        return frame(FIN | TEXT, masked, text.getBytes(UTF_8));
    }

    public static byte[] close(boolean masked, int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        return frame(
                FIN | 8,
                masked,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
