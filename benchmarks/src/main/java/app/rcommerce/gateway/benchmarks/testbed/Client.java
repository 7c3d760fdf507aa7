package app.rcommerce.gateway.benchmarks.testbed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A blocking HTTP client with one connection to a gateway on the loopback address, opened when it is needed. For one
 * thread.
 */
public final class Client implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 5_000;

    /** The status where no whole response has come. */
    public static final int NO_RESPONSE = 0;

    /**
     * A response.
     *
     * @param status of HTTP, or {@link #NO_RESPONSE}
     * @param hit whether it came from the gateway's cache
     */
    public record Response(int status, boolean hit) {}

    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    public Client(int port) {
        this.port = port;
    }

    /** Sends a GET with some more header lines and reads the response. */
    public Response get(String path, String... fields) {
        StringBuilder head = new StringBuilder(256).append("GET ").append(path).append(" HTTP/1.1\r\nHost: shop\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return exchange(head.append("\r\n").toString().getBytes(ISO_8859_1));
    }

    private Response exchange(byte[] request) {
        try {
            Socket open = socket;
            InputStream from = in;
            if (open == null || from == null) {
                open = new Socket(InetAddress.getLoopbackAddress(), port);
                open.setTcpNoDelay(true);
                open.setSoTimeout(TIMEOUT_MILLIS);
                from = new BufferedInputStream(open.getInputStream());
                socket = open;
                in = from;
            }
            open.getOutputStream().write(request);
            return read(from);
        } catch (IOException e) {
            close();
            return new Response(NO_RESPONSE, false);
        }
    }

    private Response read(InputStream from) throws IOException {
        int status = Integer.parseInt(line(from).substring(9, 12));
        boolean hit = false;
        boolean ends = false;
        boolean chunked = false;
        long length = 0;
        for (String line = line(from); !line.isEmpty(); line = line(from)) {
            String field = line.toLowerCase(Locale.ROOT);
            hit |= field.startsWith("cache-status:") && field.contains("; hit");
            ends |= field.equals("connection: close");
            chunked |= field.equals("transfer-encoding: chunked");
            if (field.startsWith("content-length:")) {
                length = Long.parseLong(field.substring(15).trim());
            }
        }
        if (chunked) {
            skipChunks(from);
        } else {
            from.skipNBytes(length);
        }
        if (ends) {
            close();
        }
        return new Response(status, hit);
    }

    private static void skipChunks(InputStream from) throws IOException {
        for (int size = chunk(from); size > 0; size = chunk(from)) {
            from.skipNBytes(size + 2L);
        }
        while (!line(from).isEmpty()) {
            // Trailers.
        }
    }

    private static int chunk(InputStream from) throws IOException {
        return Integer.parseInt(line(from).split(";", -1)[0].trim(), 16);
    }

    private static String line(InputStream from) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            int b = from.read();
            if (b < 0) {
                throw new EOFException();
            }
            if (b == '\n') {
                return line.toString();
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is of no use any more.
            }
        }
    }
}
