package app.rcommerce.gateway.server.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly the bytes it is told to and reads answers strictly. */
public final class RawClient implements AutoCloseable {

    /** An answer as it came over the wire. */
    public record Answer(int status, List<String> fields, String body) {

        /** The first value of a field, or null. */
        public @Nullable String field(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return fields.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).trim())
                    .findFirst()
                    .orElse(null);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** A client whose kernel takes so many bytes ahead of it; 0 for the usual. */
    public RawClient(int port, int receiveBuffer) throws IOException {
        this(connected(port, receiveBuffer));
    }

    private RawClient(Socket socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    private static Socket connected(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** A client whose requests and answers go over HTTP/2. */
    static RawClient overHttp2(int port, int receiveBuffer) throws IOException {
        Socket socket = connected(port, receiveBuffer);
        TextOverHttp2 text = new TextOverHttp2(socket);
        return new RawClient(socket, text.in(), text.out());
    }

    /** A client of a connection that has been made. */
    public RawClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Sends the text, byte for byte. */
    public RawClient send(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
        return this;
    }

    /** Sends the bytes. */
    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Sends a GET of the path with some more header lines, each ended by CRLF. */
    public RawClient get(String path, String... fields) throws IOException {
        StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: shop.test\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return send(text.append("\r\n").toString());
    }

    /** Reads one answer to a GET or the like, with its content. */
    public Answer read() throws IOException {
        return read(false);
    }

    /** Reads one answer; to a HEAD it has no content. */
    public Answer read(boolean toHead) throws IOException {
        String statusLine = line();
        int status = Integer.parseInt(statusLine.split(" ")[1]);
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            fields.add(line);
        }
        Answer head = new Answer(status, fields, "");
        if (toHead || status < 200 || status == 204 || status == 304) {
            return head;
        }
        String length = head.field("content-length");
        String body;
        if (length != null) {
            body = bytes(Integer.parseInt(length));
        } else if ("chunked".equals(head.field("transfer-encoding"))) {
            body = chunks();
        } else {
            body = new String(in.readAllBytes(), ISO_8859_1);
        }
        return new Answer(status, fields, body);
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line().split(";")[0], 16);
            if (size == 0) {
                while (!line().isEmpty()) {
                    // trailers
                }
                return body.toString();
            }
            body.append(bytes(size));
            line();
        }
    }

    private String bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the answer ended after " + bytes.length + " of " + count + " bytes");
        }
        return new String(bytes, ISO_8859_1);
    }

    /** Reads one line of a head; empty at its end. */
    public String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended; read so far: " + line.toString(ISO_8859_1));
            }
            if (b == '\n') {
                String text = line.toString(ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
    }

    /** Sends no more, and goes on reading. */
    public RawClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Everything that still comes until the other side ends the connection. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Whether the other side has ended the connection; waits for it. */
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    public InputStream stream() {
        return in;
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
