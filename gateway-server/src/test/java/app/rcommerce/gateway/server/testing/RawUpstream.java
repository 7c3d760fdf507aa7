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
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin that does to each request exactly what the test says, down to the bytes. */
public final class RawUpstream implements AutoCloseable {

    /** What becomes of one request; the connection stays open afterwards unless it is closed here. */
    public interface Script {
        void answer(Exchange exchange) throws IOException, InterruptedException;
    }

    /** One request as it arrived, and the connection it came on. */
    public record Exchange(String head, InputStream in, OutputStream out, Socket socket, int connection) {

        /** The request line. */
        public String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** The lines of a field, without its name, joined with a bar. */
        public String field(String name) {
            StringBuilder values = new StringBuilder();
            for (String line : head.split("\r\n")) {
                if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    values.append(values.isEmpty() ? "" : "|")
                            .append(line.substring(name.length() + 1).trim());
                }
            }
            return values.toString();
        }

        public void send(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        /** Sends a whole answer of 200. */
        public void ok(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Reads the content that the head announces, by length or by chunks. */
        public String content() throws IOException {
            String length = field("content-length");
            if (!length.isEmpty()) {
                return new String(in.readNBytes(Integer.parseInt(length)), ISO_8859_1);
            }
            if (!field("transfer-encoding").equals("chunked")) {
                return "";
            }
            StringBuilder body = new StringBuilder();
            while (true) {
                int size = Integer.parseInt(readLine(in), 16);
                if (size == 0) {
                    readLine(in);
                    return body.toString();
                }
                body.append(new String(in.readNBytes(size), ISO_8859_1));
                readLine(in);
            }
        }
    }

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    public RawUpstream(Script script) throws IOException {
        this(0, script);
    }

    /** One on this port. */
    public RawUpstream(int port, Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 200);
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                StringBuilder head = new StringBuilder();
                for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
                    head.append(line).append("\r\n");
                }
                heads.add(head.toString());
                script.answer(new Exchange(head.toString(), in, socket.getOutputStream(), socket, number));
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other side has gone, or the test is over.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            if (b == '\n') {
                String text = line.toString(ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The heads of all requests, in order of arrival. */
    public List<String> heads() {
        return heads;
    }

    /** How many connections were made. */
    public int connections() {
        return connections.get();
    }

    /** Closes every connection, as an origin does with idle ones. */
    public void closeConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeConnections();
    }
}
