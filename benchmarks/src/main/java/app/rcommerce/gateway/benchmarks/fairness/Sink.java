package app.rcommerce.gateway.benchmarks.fairness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server that answers every request with a short 429; floods that are not to reach the gateway are sent to it. */
final class Sink {

    private static final byte[] ANSWER =
            "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1);
    private static final int END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    private Sink() {}

    /** Starts a sink for the life of the process; returns its port. */
    static int start() throws IOException {
        ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> accept(server));
        return server.getLocalPort();
    }

    private static void accept(ServerSocket server) {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream())) {
            socket.setTcpNoDelay(true);
            int last = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                last = last << 8 | b;
                if (last == END) {
                    socket.getOutputStream().write(ANSWER);
                }
            }
        } catch (IOException e) {
            // It has gone.
        }
    }
}
