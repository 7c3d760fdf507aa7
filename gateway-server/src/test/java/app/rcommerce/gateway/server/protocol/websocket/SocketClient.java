package app.rcommerce.gateway.server.protocol.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import app.rcommerce.gateway.server.testing.RawClient;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** A client of WebSockets that sends exactly the frames it is told to, for tests. */
public final class SocketClient implements AutoCloseable {

    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** A frame as it came. */
    public record Frame(int first, byte[] content) {
        public int opcode() {
            return first & 0xf;
        }

        public String text() {
            return new String(content, UTF_8);
        }

        /** The code of a close frame. */
        public int code() {
            return content.length < 2 ? CloseCodes.NO_STATUS : (content[0] & 0xff) << 8 | (content[1] & 0xff);
        }
    }

    private final RawClient raw;
    private final DataInputStream in;

    public SocketClient(RawClient raw) {
        this.raw = raw;
        this.in = new DataInputStream(raw.stream());
    }

    /** The head of a handshake, with more lines. */
    public static String handshake(String path, String... fields) {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: shop.test\r\n"
                + "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** A client whose handshake has been answered with 101. */
    public static SocketClient open(int port, String path, String... fields) throws IOException {
        return open(new RawClient(port), path, fields);
    }

    public static SocketClient open(RawClient raw, String path, String... fields) throws IOException {
        raw.send(handshake(path, fields));
        RawClient.Answer answer = raw.read();
        if (answer.status() != 101) {
            raw.close();
            throw new IOException("answered with " + answer);
        }
        return new SocketClient(raw);
    }

    public RawClient raw() {
        return raw;
    }

    public SocketClient send(byte[] bytes) throws IOException {
        raw.send(bytes);
        return this;
    }

    public SocketClient text(String text) throws IOException {
        return send(Frames.text(true, text));
    }

    /** The next frame; one from a gateway or a server is not masked. */
    public Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length >= 128) {
            throw new IOException("a masked frame");
        }
        long bytes = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] content = in.readNBytes((int) bytes);
        if (content.length < bytes) {
            throw new EOFException("a frame that ends after " + content.length + " bytes");
        }
        return new Frame(first, content);
    }

    /** The next frame that is no ping. */
    public Frame readMessage() throws IOException {
        Frame frame = read();
        while (frame.opcode() == FrameWalker.PING) {
            send(Frames.frame(Frames.FIN | FrameWalker.PONG, true, frame.content()));
            frame = read();
        }
        return frame;
    }

    /** The code with which the other side closes; it is answered. */
    public int readClose() throws IOException {
        Frame frame = readMessage();
        while (frame.opcode() != FrameWalker.CLOSE) {
            frame = readMessage();
        }
        send(Frames.frame(
                Frames.FIN | FrameWalker.CLOSE,
                true,
                Arrays.copyOf(frame.content(), Math.min(2, frame.content().length))));
        return frame.code();
    }

    public boolean isEnded() throws IOException {
        return raw.isEnded();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
