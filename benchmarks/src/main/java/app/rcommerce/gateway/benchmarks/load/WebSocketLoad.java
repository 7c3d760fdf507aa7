package app.rcommerce.gateway.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many WebSockets on one thread, each with one message of 64 bytes on its way at a time, for a fixed time; prints how
 * many came back. With no seconds it opens them, says so, and keeps them idle until it is ended.
 *
 * <p>{@code WebSocketLoad PORT CONNECTIONS SECONDS}, to 127.0.0.1; the other end is {@link WebSocketEcho}.
 */
public final class WebSocketLoad {

    private static final int MESSAGE = 64;
    /** A frame of a server has two bytes before its content. */
    private static final int ECHO = MESSAGE + 2;

    private static final byte[] HANDSHAKE =
            ("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(ISO_8859_1);

    private WebSocketLoad() {}

    /** Runs the load. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int seconds = Integer.parseInt(arguments[2]);
        List<SocketChannel> sockets = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            sockets.add(open(port));
        }
        if (seconds == 0) {
            System.out.println("open");
            Thread.currentThread().join();
        }
        System.out.println(run(sockets, System.nanoTime() + seconds * 1_000_000_000L));
    }

    private static SocketChannel open(int port) throws IOException {
        SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.write(ByteBuffer.wrap(HANDSHAKE));
        ByteBuffer answer = ByteBuffer.allocate(2048);
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            if (socket.read(answer) < 0) {
                throw new IOException("closed behind " + head);
            }
            head = new String(answer.array(), 0, answer.position(), ISO_8859_1);
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException(head);
        }
        return socket;
    }

    private static long run(List<SocketChannel> sockets, long endNanos) throws IOException {
        ByteBuffer message = message();
        Selector selector = Selector.open();
        for (SocketChannel socket : sockets) {
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ, new int[1]);
            socket.write(message.rewind());
        }
        ByteBuffer in = ByteBuffer.allocateDirect(4096);
        long trips = 0;
        while (System.nanoTime() < endNanos) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                SocketChannel socket = (SocketChannel) key.channel();
                int[] arrived = (int[]) key.attachment();
                int read = socket.read(in.clear());
                if (read < 0) {
                    throw new IOException("closed");
                }
                arrived[0] += read;
                while (arrived[0] >= ECHO) {
                    arrived[0] -= ECHO;
                    trips++;
                    socket.write(message.rewind());
                }
            }
            selector.selectedKeys().clear();
        }
        return trips;
    }

    /** A masked frame with a binary message. */
    private static ByteBuffer message() {
        byte[] content = new byte[MESSAGE];
        Arrays.fill(content, (byte) 'x');
        ByteBuffer frame = ByteBuffer.allocateDirect(6 + MESSAGE);
        frame.put((byte) 0x82)
                .put((byte) (0x80 | MESSAGE))
                .put(new byte[] {1, 2, 3, 4})
                .put(content);
        return frame;
    }
}
