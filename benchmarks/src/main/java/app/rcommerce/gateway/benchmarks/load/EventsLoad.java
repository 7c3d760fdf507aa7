package app.rcommerce.gateway.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Many subscribers of one topic on one thread, by WebSocket or Server-Sent Events, and a publisher of messages of about
 * 200 bytes at a fixed rate; prints how many deliveries there were and how late they came, in microseconds. With no
 * seconds the subscribers stay idle until it is ended. With {@code -Dhead=true} a subscriber is one once the head of
 * its answer has come, as with other servers.
 *
 * <p>{@code EventsLoad PORT ws|sse SUBSCRIBERS RATE SECONDS [TOPIC]}, to 127.0.0.1; the routes are {@code /events} and
 * {@code /publish}.
 */
public final class EventsLoad {

    private static final String FILLER = "x".repeat(150);
    private static final byte[] MARK = "\"at\":".getBytes(ISO_8859_1);
    private static final int MOST_SAMPLES = 20_000_000;

    private EventsLoad() {}

    /** Runs the load. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        boolean sse = arguments[1].equals("sse");
        int subscribers = Integer.parseInt(arguments[2]);
        int rate = Integer.parseInt(arguments[3]);
        int seconds = Integer.parseInt(arguments[4]);
        String topic = arguments.length > 5 ? arguments[5] : "bench";
        Selector selector = Selector.open();
        for (int i = 0; i < subscribers; i++) {
            // Many addresses: one has too few ports for many subscribers, and its bound of connections.
            SocketChannel socket = SocketChannel.open();
            socket.bind(new InetSocketAddress("127.0.0." + (2 + i % 200), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            open(socket, sse, topic);
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ);
        }
        System.out.println("open");
        if (seconds == 0) {
            Thread.currentThread().join();
        }
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        Thread publisher = Thread.ofPlatform().daemon().start(() -> publish(port, topic, rate, end));
        measure(selector, end + 500_000_000L, sse);
        publisher.join();
    }

    private static void open(SocketChannel socket, boolean sse, String topic) throws IOException {
        String head = "GET /events?topic=" + topic + " HTTP/1.1\r\nHost: localhost\r\n"
                + (sse
                        ? "Accept: text/event-stream\r\n\r\n"
                        : "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        socket.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
        ByteBuffer answer = ByteBuffer.allocate(8192);
        while (true) {
            if (socket.read(answer) < 0) {
                throw new IOException("closed");
            }
            String text = new String(answer.array(), 0, answer.position(), ISO_8859_1);
            // Other servers say nothing behind the head.
            if (text.contains(Boolean.getBoolean("head") ? "\r\n\r\n" : sse ? "retry:" : "subscribed")) {
                return;
            }
        }
    }

    private static void publish(int port, String topic, int rate, long end) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            long next = System.nanoTime();
            while (System.nanoTime() < end) {
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                }
                next += 1_000_000_000L / rate;
                String body = "{\"filler\":\"" + FILLER + "\",\"at\":" + System.nanoTime() + "}";
                out.write(("POST /publish?topic=" + topic + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(ISO_8859_1));
                skip(in);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void skip(InputStream in) throws IOException {
        int length = 0;
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c == '\n') {
                String text = line.toString().trim();
                if (text.isEmpty()) {
                    in.skipNBytes(length);
                    return;
                }
                if (text.startsWith("HTTP/1.1") && !text.startsWith("HTTP/1.1 20")) {
                    throw new IOException(text);
                }
                if (text.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(text.substring(15).trim());
                }
                line.setLength(0);
            } else if (c < 0) {
                throw new IOException("closed");
            } else {
                line.append((char) c);
            }
        }
    }

    /** Counts messages by their marks; one that is cut in two by a read is counted as none, and is rare. */
    private static void measure(Selector selector, long end, boolean sse) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        int[] late = new int[1 << 20];
        int count = 0;
        long deliveries = 0;
        while (System.nanoTime() < end) {
            selector.select(50);
            for (SelectionKey key : selector.selectedKeys()) {
                int read = ((SocketChannel) key.channel()).read(in.clear());
                if (read < 0) {
                    throw new IOException("a subscriber was closed");
                }
                long now = System.nanoTime();
                byte[] bytes = in.array();
                for (int at = find(bytes, 0, read); at >= 0; at = find(bytes, at, read)) {
                    long sent = 0;
                    while (at < read && bytes[at] >= '0' && bytes[at] <= '9') {
                        sent = sent * 10 + bytes[at++] - '0';
                    }
                    deliveries++;
                    if (count < MOST_SAMPLES && now > sent && now - sent < 60_000_000_000L) {
                        late = count == late.length ? Arrays.copyOf(late, count * 2) : late;
                        late[count++] = (int) ((now - sent) / 1000);
                    }
                }
            }
            selector.selectedKeys().clear();
        }
        Arrays.sort(late, 0, count);
        System.out.printf(
                "deliveries %d p50 %d p99 %d max %d%n",
                deliveries,
                count == 0 ? 0 : late[count / 2],
                count == 0 ? 0 : late[(int) (count * 0.99)],
                count == 0 ? 0 : late[count - 1]);
    }

    /** Behind the next mark; -1 where there is none. */
    private static int find(byte[] bytes, int from, int to) {
        for (int i = from; i + MARK.length < to; i++) {
            int j = 0;
            while (j < MARK.length && bytes[i + j] == MARK[j]) {
                j++;
            }
            if (j == MARK.length) {
                return i + j;
            }
        }
        return -1;
    }
}
