package app.rcommerce.gateway.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/**
 * One connection behind the other on which nothing is sent: each is ended by the client, and then by the server, which
 * is waited for. Prints how many there were.
 *
 * <p>{@code Connections PORT SECONDS}
 */
public final class Connections {

    private Connections() {}

    /** Connects. */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        long end = System.nanoTime() + Long.parseLong(arguments[1]) * 1_000_000_000L;
        long count = 0;
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.shutdownOutput();
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("the server has said something");
                }
            }
            count++;
        }
        System.out.println(count);
    }
}
