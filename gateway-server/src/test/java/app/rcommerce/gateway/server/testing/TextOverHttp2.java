package app.rcommerce.gateway.server.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client's side of HTTP/2 for tests that are written in HTTP/1.1: each request that is written as text becomes a
 * stream, as in an intermediary (RFC 9113 §8.2.2 and 8.3), and the answers are read as text in the order of the
 * requests. An answer that is reset ends there, as a connection would. Nothing is read before it is asked for, but for
 * windows that a writer waits for, so that who does not read takes nothing.
 */
final class TextOverHttp2 {

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)http://([^/]*)(/.*)");
    private static final int WINDOW = 65_535;
    private static final int FRAME = 16_384;

    /** A request on its way, and what has come for it, as text. */
    private static final class Stream {
        final int number;
        final boolean head;
        final boolean last;
        final Deque<byte[]> text = new ArrayDeque<>();
        int at;
        int untold;
        int window = WINDOW;
        boolean begun;
        boolean chunked;
        boolean ended;
        boolean broken;

        Stream(int number, boolean head, boolean last) {
            this.number = number;
            this.head = head;
            this.last = last;
        }
    }

    private final Socket socket;
    private final Http2Client client;
    private final Object reading = new Object();
    private final Map<Integer, Stream> all = new HashMap<>();
    private final Deque<Stream> answers = new ArrayDeque<>();
    private int window = WINDOW;
    private int untold;

    // What is being written.
    private final StringBuilder head = new StringBuilder();
    private Stream current;
    private long left;
    private boolean chunks;
    private final StringBuilder line = new StringBuilder();
    private int chunk = -1;
    private int behindChunk;
    private List<String> trailers;

    TextOverHttp2(Socket socket) throws IOException {
        this.socket = socket;
        client = new Http2Client(socket, false);
    }

    InputStream in() {
        return new In();
    }

    OutputStream out() {
        return new Out();
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int at = offset;
            int end = offset + length;
            while (at < end) {
                if (current == null) {
                    head.append((char) (bytes[at++] & 0xff));
                    if (head.length() >= 4 && head.lastIndexOf("\r\n\r\n") == head.length() - 4) {
                        begin(head.substring(0, head.length() - 4));
                        head.setLength(0);
                    }
                } else if (chunks) {
                    at = chunk(bytes, at, end);
                } else {
                    int some = (int) Math.min(left, end - at);
                    left -= some;
                    data(Arrays.copyOfRange(bytes, at, at + some), left == 0);
                    at += some;
                    if (left == 0) {
                        current = null;
                    }
                }
            }
        }
    }

    private void begin(String text) throws IOException {
        String[] lines = text.split("\r\n");
        String[] request = lines[0].split(" ");
        Set<String> hop = new HashSet<>(Set.of(
                "connection",
                "keep-alive",
                "proxy-connection",
                "transfer-encoding",
                "upgrade",
                "host",
                "http2-settings"));
        List<String[]> fields = new ArrayList<>();
        boolean close = false;
        for (String field : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = field.indexOf(':');
            String name = field.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = field.substring(colon + 1).strip();
            fields.add(new String[] {name, value});
            if (name.equals("connection")) {
                for (String one : value.toLowerCase(Locale.ROOT).split(",")) {
                    hop.add(one.strip());
                    close |= one.strip().equals("close");
                }
            }
        }
        List<String> section = new ArrayList<>(List.of(":method", request[0], ":scheme", "http"));
        Matcher absolute = ABSOLUTE.matcher(request[1]);
        if (absolute.matches()) {
            section.addAll(List.of(":authority", absolute.group(1), ":path", absolute.group(2)));
        } else {
            fields.stream()
                    .filter(field -> field[0].equals("host"))
                    .forEach(field -> section.addAll(List.of(":authority", field[1])));
            section.addAll(List.of(":path", request[1]));
        }
        left = 0;
        chunks = false;
        for (String[] field : fields) {
            if (field[0].equals("content-length")) {
                left = Long.parseLong(field[1]);
            }
            chunks |= field[0].equals("transfer-encoding");
            if (!hop.contains(field[0]) && !(field[0].equals("te") && !field[1].equals("trailers"))) {
                section.addAll(List.of(field));
            }
        }
        chunk = -1;
        behindChunk = 0;
        trailers = null;
        boolean last = left == 0 && !chunks;
        synchronized (reading) {
            int number = client.begin(client.section(section.toArray(String[]::new)), last);
            Stream stream = new Stream(number, request[0].equals("HEAD"), close);
            all.put(number, stream);
            answers.add(stream);
            current = last ? null : stream;
        }
    }

    /** Takes what there is of content in chunks; answers where it ends. */
    private int chunk(byte[] bytes, int from, int end) throws IOException {
        if (chunk > 0) {
            int some = Math.min(chunk, end - from);
            chunk -= some;
            data(Arrays.copyOfRange(bytes, from, from + some), false);
            behindChunk = chunk == 0 ? 2 : 0;
            return from + some;
        }
        if (behindChunk > 0) {
            behindChunk--;
            if (behindChunk == 0) {
                chunk = -1;
            }
            return from + 1;
        }
        line.append((char) (bytes[from] & 0xff));
        if (line.length() >= 2 && line.charAt(line.length() - 1) == '\n') {
            String whole = line.substring(0, line.length() - 2);
            line.setLength(0);
            if (trailers == null) {
                chunk = Integer.parseInt(whole.split(";")[0].strip(), 16);
                trailers = chunk == 0 ? new ArrayList<>() : null;
            } else if (whole.isEmpty()) {
                if (trailers.isEmpty()) {
                    data(new byte[0], true);
                } else {
                    client.send(
                            Http2Client.HEADERS,
                            Http2Client.END_HEADERS | Http2Client.END_STREAM,
                            current.number,
                            client.section(trailers.toArray(String[]::new)));
                }
                current = null;
            } else {
                int colon = whole.indexOf(':');
                trailers.add(whole.substring(0, colon).toLowerCase(Locale.ROOT));
                trailers.add(whole.substring(colon + 1).strip());
            }
        }
        return from + 1;
    }

    private void data(byte[] content, boolean last) throws IOException {
        Stream stream = current;
        int at = 0;
        do {
            int piece;
            while (true) {
                synchronized (reading) {
                    // An answer that has come makes the rest worthless.
                    if (stream.broken || stream.ended) {
                        return;
                    }
                    piece = Math.min(Math.min(FRAME, content.length - at), Math.min(window, stream.window));
                    if (piece > 0 || content.length == 0) {
                        window -= piece;
                        stream.window -= piece;
                        break;
                    }
                    frame();
                }
            }
            byte[] some = Arrays.copyOfRange(content, at, at + piece);
            at += piece;
            client.send(
                    Http2Client.DATA, last && at == content.length ? Http2Client.END_STREAM : 0, stream.number, some);
        } while (at < content.length);
    }

    /** Reads a frame. */
    private void frame() throws IOException {
        Http2Client.Frame frame = client.read();
        if (frame.type() == Http2Client.WINDOW_UPDATE) {
            if (frame.stream() == 0) {
                window += frame.number(0);
            } else if (all.get(frame.stream()) != null) {
                all.get(frame.stream()).window += frame.number(0);
            }
            return;
        }
        Stream stream = all.get(frame.stream());
        if (stream == null) {
            return;
        }
        boolean last = (frame.flags() & Http2Client.END_STREAM) != 0;
        switch (frame.type()) {
            case Http2Client.HEADERS -> section(stream, last);
            case Http2Client.DATA -> {
                byte[] content = frame.content();
                client.soFar(stream.number).drain();
                untold += content.length;
                if (untold > WINDOW / 2) {
                    client.send(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(untold));
                    untold = 0;
                }
                if (content.length > 0) {
                    if (stream.chunked) {
                        text(stream, Integer.toHexString(content.length) + "\r\n");
                    }
                    stream.text.add(content);
                    stream.untold += content.length;
                    if (stream.chunked) {
                        text(stream, "\r\n");
                    }
                }
                if (last) {
                    end(stream, "");
                }
            }
            case Http2Client.RST_STREAM -> stream.broken |= !stream.ended;
            default -> {
                // Of no stream's answer.
            }
        }
    }

    private void section(Stream stream, boolean last) {
        StringBuilder text = new StringBuilder();
        int status = 0;
        boolean sized = false;
        for (Map.Entry<CharSequence, CharSequence> field :
                client.soFar(stream.number).last()) {
            String name = field.getKey().toString();
            if (name.equals(":status")) {
                status = Integer.parseInt(field.getValue().toString());
            } else {
                sized |= name.equals("content-length");
                text.append(name).append(": ").append(field.getValue()).append("\r\n");
            }
        }
        if (status == 0) {
            end(stream, text.toString());
            return;
        }
        boolean interim = status < 200;
        boolean empty = interim || status == 204 || status == 304 || stream.head;
        stream.begun = !interim;
        stream.chunked = !empty && !sized && !last;
        text.insert(0, "HTTP/1.1 " + status + " \r\n");
        if (stream.chunked) {
            text.append("transfer-encoding: chunked\r\n");
        } else if (!empty && !sized) {
            text.append("content-length: 0\r\n");
        }
        text(stream, text + "\r\n");
        if (last) {
            stream.ended = true;
        }
    }

    private static void end(Stream stream, String trailers) {
        if (stream.chunked) {
            text(stream, "0\r\n" + trailers + "\r\n");
        }
        stream.ended = true;
    }

    private static void text(Stream stream, String text) {
        stream.text.add(text.getBytes(ISO_8859_1));
    }

    private final class In extends InputStream {
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int available() throws IOException {
            synchronized (reading) {
                while (text() == null && socket.getInputStream().available() > 0) {
                    frame();
                }
                byte[] text = text();
                return text == null ? 0 : text.length - answers.peek().at;
            }
        }

        private byte[] text() {
            Stream stream = answers.peek();
            return stream == null ? null : stream.text.peek();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            synchronized (reading) {
                while (true) {
                    Stream stream = answers.peek();
                    byte[] text = stream == null ? null : stream.text.peek();
                    if (text != null) {
                        int some = Math.min(length, text.length - stream.at);
                        System.arraycopy(text, stream.at, bytes, offset, some);
                        stream.at += some;
                        if (stream.at == text.length) {
                            stream.text.remove();
                            stream.at = 0;
                            taken(stream);
                        }
                        return some;
                    }
                    if (stream != null && (stream.ended || stream.broken)) {
                        answers.remove();
                        over |= stream.last;
                        if (stream.broken) {
                            return -1;
                        }
                        continue;
                    }
                    if (over) {
                        return -1;
                    }
                    try {
                        frame();
                    } catch (EOFException | SocketException e) {
                        over = true;
                        return -1;
                    }
                }
            }
        }

        /** Gives back what the reader has taken, once that is worth a frame. */
        private void taken(Stream stream) throws IOException {
            int waiting = stream.text.stream().mapToInt(one -> one.length).sum();
            int given = stream.untold - waiting;
            if (!stream.ended && !stream.broken && given > WINDOW / 4) {
                stream.untold -= given;
                client.send(Http2Client.WINDOW_UPDATE, 0, stream.number, Http2Client.number(given));
            }
        }
    }
}
