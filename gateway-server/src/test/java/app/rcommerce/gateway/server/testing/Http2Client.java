package app.rcommerce.gateway.server.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that sends exactly the frames it is told to, and keeps what it is sent by stream. */
public final class Http2Client implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    public static final int NO_ERROR = 0;
    public static final int PROTOCOL_ERROR = 1;
    public static final int SETTINGS_TIMEOUT = 4;
    public static final int STREAM_CLOSED = 5;
    public static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    public static final int ENHANCE_YOUR_CALM = 11;

    public static final int INITIAL_WINDOW_SIZE = 4;
    public static final int MAX_HEADER_LIST_SIZE = 6;

    private static final int GREEDY = 1 << 30;

    /** A frame as it came over the wire. */
    public record Frame(int type, int flags, int stream, byte[] content) {

        /** The four bytes of the content that begin here. */
        public int number(int at) {
            return ByteBuffer.wrap(content).getInt(at);
        }
    }

    /** What came on one stream. */
    public static final class Answer {
        private final List<Http2Headers> sections = new ArrayList<>();
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean ended;
        private int reset = -1;

        /** The status of the final answer; 0 where none came. */
        public int status() {
            return sections.isEmpty() ? 0 : Integer.parseInt(head().status().toString());
        }

        private Http2Headers head() {
            return sections.stream()
                    .filter(one ->
                            one.status() != null && !one.status().toString().startsWith("1"))
                    .findFirst()
                    .orElse(sections.getFirst());
        }

        /** The statuses of all header sections; empty for trailers. */
        public List<String> statuses() {
            return sections.stream()
                    .map(one -> one.status() == null ? "" : one.status().toString())
                    .toList();
        }

        public @Nullable String field(String name) {
            CharSequence value = head().get(name);
            return value == null ? null : value.toString();
        }

        /** A field of the section that came last. */
        public @Nullable String trailer(String name) {
            CharSequence value = sections.getLast().get(name);
            return value == null ? null : value.toString();
        }

        public String body() {
            return content.toString(ISO_8859_1);
        }

        public int length() {
            return content.size();
        }

        /** The fields of the section that came last. */
        Http2Headers last() {
            return sections.getLast();
        }

        /** Forgets the content that has come so far. */
        void drain() {
            content.reset();
        }

        /** Whether the answer came to its end. */
        public boolean isEnded() {
            return ended;
        }

        /** The error that the stream was reset with; -1 for none. */
        public int reset() {
            return reset;
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final List<Frame> goAways = new ArrayList<>();
    private final boolean greedy;
    private int updates;
    private int next = 1;

    /** A client in the clear that takes everything at once. */
    public Http2Client(int port) throws IOException {
        this(connected(port), true);
    }

    /** A client on this socket; {@code greedy} tells whether its windows are as large as can be. */
    public Http2Client(Socket socket, boolean greedy, int... settings) throws IOException {
        this.socket = socket;
        this.greedy = greedy;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        first.write(bytes(SETTINGS, 0, 0, greedy ? settings(INITIAL_WINDOW_SIZE, GREEDY) : settings(settings)));
        if (greedy) {
            first.write(bytes(WINDOW_UPDATE, 0, 0, number(GREEDY)));
        }
        raw(first.toByteArray());
    }

    /** A socket to this port of this machine. */
    public static Socket connected(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        return socket;
    }

    public static byte[] settings(int... settings) {
        ByteBuffer bytes = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            bytes.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return bytes.array();
    }

    public static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** A frame as it goes over the wire. */
    public static byte[] bytes(int type, int flags, int stream, byte[] content) {
        return ByteBuffer.allocate(9 + content.length)
                .put((byte) (content.length >> 16))
                .putShort((short) content.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(content)
                .array();
    }

    public Http2Client raw(byte[] bytes) throws IOException {
        if (socket.isOutputShutdown()) {
            return this;
        }
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public Http2Client send(int type, int flags, int stream, byte[] content) throws IOException {
        return raw(bytes(type, flags, stream, content));
    }

    /** The header section of these fields, each a name and a value behind it. */
    public byte[] section(String... fields) {
        // Not a map of Netty's: it would put pseudo-fields first.
        ByteBuf encoded = Unpooled.buffer();
        try {
            for (int i = 0; i < fields.length; i += 2) {
                Http2Headers one = new DefaultHttp2Headers(false);
                one.add(fields[i], fields[i + 1]);
                encoder.encodeHeaders(1, one, encoded);
            }
            byte[] bytes = new byte[encoded.readableBytes()];
            encoded.readBytes(bytes);
            return bytes;
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        } finally {
            encoded.release();
        }
    }

    private byte[] request(String method, String path, String... fields) {
        String[] all = new String[8 + fields.length];
        String[] pseudo = {":method", method, ":scheme", "http", ":authority", "shop.test", ":path", path};
        System.arraycopy(pseudo, 0, all, 0, 8);
        System.arraycopy(fields, 0, all, 8, fields.length);
        return section(all);
    }

    /** Begins a stream with this section; answers its number. */
    public int begin(byte[] section, boolean last) throws IOException {
        int stream = next;
        next += 2;
        send(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, section);
        return stream;
    }

    /** Sends a GET; answers its stream. */
    public int get(String path, String... fields) throws IOException {
        return begin(request("GET", path, fields), true);
    }

    /** Sends the head of a request whose content follows; answers its stream. */
    public int post(String path, String... fields) throws IOException {
        return begin(request("POST", path, fields), false);
    }

    /** Sends a request without content; answers its stream. */
    public int head(String method, String path, String... fields) throws IOException {
        return begin(request(method, path, fields), true);
    }

    public Http2Client data(int stream, String content, boolean last) throws IOException {
        return send(DATA, last ? END_STREAM : 0, stream, content.getBytes(ISO_8859_1));
    }

    /** Reads a frame, and answers what has to be answered. */
    public Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("in the middle of a frame");
        }
        Frame frame = new Frame(type, flags, stream, content);
        take(frame);
        return frame;
    }

    private void take(Frame frame) throws IOException {
        Answer answer = answers.computeIfAbsent(frame.stream(), number -> new Answer());
        switch (frame.type()) {
            case DATA -> {
                answer.content.write(frame.content());
                answer.ended = (frame.flags() & END_STREAM) != 0;
                if (greedy && frame.content().length > 0) {
                    send(WINDOW_UPDATE, 0, 0, number(frame.content().length));
                }
            }
            case HEADERS -> {
                ByteBuf section = Unpooled.wrappedBuffer(frame.content());
                try {
                    answer.sections.add(decoder.decodeHeaders(frame.stream(), section));
                } catch (Http2Exception e) {
                    throw new IOException(e);
                }
                answer.ended = (frame.flags() & END_STREAM) != 0;
            }
            case RST_STREAM -> answer.reset = frame.number(0);
            case WINDOW_UPDATE -> updates += frame.stream() == 0 ? 1 : 0;
            case SETTINGS -> {
                if ((frame.flags() & ACK) == 0) {
                    send(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case GOAWAY -> goAways.add(frame);
            default -> {
                // Nothing has to be done.
            }
        }
    }

    /** Reads until the stream has ended, whatever comes on others meanwhile. */
    public Answer read(int stream) throws IOException {
        Answer answer = answers.computeIfAbsent(stream, number -> new Answer());
        while (!answer.ended && answer.reset < 0) {
            read();
        }
        return answer;
    }

    /** What has come on the stream so far. */
    public Answer soFar(int stream) {
        return answers.computeIfAbsent(stream, number -> new Answer());
    }

    /** Reads until a frame of this type comes. */
    public Frame readUntil(int type) throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /** Reads until everything that was sent before has been handled, as the answer to a ping tells. */
    public void settle() throws IOException {
        send(PING, 0, 0, new byte[8]);
        while (true) {
            Frame frame = readUntil(PING);
            if ((frame.flags() & ACK) != 0) {
                return;
            }
        }
    }

    /** Reads until the other side ends the connection; answers the error of its last GOAWAY, -1 for none. */
    public int end() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException e) {
            return goAways.isEmpty() ? -1 : goAways.getLast().number(4);
        }
    }

    /** How often the window of all streams together was enlarged. */
    public int updates() {
        return updates;
    }

    public List<Frame> goAways() {
        return goAways;
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
