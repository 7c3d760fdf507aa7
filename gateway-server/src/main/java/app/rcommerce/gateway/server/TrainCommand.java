package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.server.demo.DemoConfig;
import app.rcommerce.gateway.server.demo.SampleShop;
import app.rcommerce.gateway.server.gateway.Gateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code gateway train}: starts a gateway on ports of its own and sends it a few thousand requests of all
 * kinds, so that the JVM can store the classes and profiles it needed (JEP 483, 514, 515). The launcher passes the path
 * of that store. Later starts of {@code run} and {@code demo} use it.
 */
@Command(
        name = "train",
        description =
                "Rehearses a start, so that later ones take less than half the time; once for each installation of a JDK.")
public final class TrainCommand implements Callable<Integer> {

    private static final int ROUNDS = 600;
    private static final long REDIS_MILLIS = 1_500;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Made by picocli. */
    public TrainCommand() {}

    @Override
    @SuppressWarnings("try") // the shop serves while it is open
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        int upstream = freePort();
        try (SampleShop ignored = SampleShop.start(upstream)) {
            rehearse(configuration(upstream, null), ROUNDS);
            // Nobody answers there; the client of Redis is loaded all the same.
            rehearse(configuration(upstream, "redis://127.0.0.1:" + freePort() + "/0"), ROUNDS / 10);
            Thread.sleep(REDIS_MILLIS);
            return CommandLine.ExitCode.OK;
        } catch (IOException e) {
            err.println("gateway: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static GatewayConfig configuration(int upstream, @Nullable String redis) throws IOException {
        return DemoCommand.config(DemoConfig.of(0, 0, upstream, redis).toml());
    }

    private static void rehearse(GatewayConfig config, int rounds) throws IOException {
        Gateway gateway = Gateway.start(config);
        try {
            InetSocketAddress address = gateway.addresses().getFirst();
            for (int i = 0; i < rounds; i++) {
                try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                    ask(socket, i);
                }
            }
            scrape(gateway.adminAddress());
        } finally {
            gateway.stop();
        }
    }

    /** Sends a few requests of all kinds, the last of which closes the connection. */
    private static void ask(Socket socket, int round) throws IOException {
        String from = "Host: shop.test\r\nX-Forwarded-For: 198.51." + (round >> 8) + "." + (round & 255) + "\r\n";
        String key = "X-API-Key: " + DemoConfig.apiKey() + "\r\n";
        List<String> requests = List.of(
                "GET /api/v1/products HTTP/1.1\r\n" + from + "\r\n",
                "GET /api/v1/products/" + round + "?page=1 HTTP/1.1\r\n" + from + "Authorization: Bearer "
                        + DemoConfig.token() + "\r\n\r\n",
                "POST /api/v1/orders HTTP/1.1\r\n" + from + key + "Content-Type: application/json\r\n"
                        + "Content-Length: 2\r\n\r\n{}",
                "GET /api/v1/orders HTTP/1.1\r\n" + from + "\r\n",
                "POST /api/v1/auth/login HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        for (String request : requests) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }
        socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    }

    private static void scrape(InetSocketAddress admin) throws IOException {
        try (Socket socket = new Socket(admin.getAddress(), admin.getPort())) {
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
