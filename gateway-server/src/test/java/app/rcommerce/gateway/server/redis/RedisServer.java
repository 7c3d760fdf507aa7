package app.rcommerce.gateway.server.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** One real Redis on a free port of the loopback address, empty, without persistence. For one thread. */
public final class RedisServer implements AutoCloseable {

    private final RedisLauncher launcher;
    private final List<String> options;
    private final Path directory;
    private final int port;
    private RedisLauncher.Running running;

    RedisServer(RedisLauncher launcher, String... options) {
        this.launcher = launcher;
        this.options = List.of(options);
        this.port = freePort();
        try {
            this.directory = Files.createTempDirectory("redis-" + port + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port nobody listens on; with the cluster's bus port, 10,000 above, in range. */
    private static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public int port() {
        return port;
    }

    Path directory() {
        return directory;
    }

    /** Starts it, or starts it again with nothing in it; false where it ends at once, as it does with unknown options. */
    public boolean start() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", directory.toString()));
        arguments.addAll(options);
        running = launcher.launch(directory, arguments);
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10)).until(
                () -> !running.isAlive() || answers());
        return running.isAlive();
    }

    private boolean answers() {
        try (Resp resp = new Resp(port)) {
            resp.send("PING");
            return true;
        } catch (IllegalStateException e) {
            return e.getMessage().startsWith("NOAUTH");
        } catch (IOException e) {
            return options.contains("--tls-port");
        }
    }

    public void suspend() throws Exception {
        running.suspend();
    }

    public void resume() throws Exception {
        running.resume();
    }

    public void kill() throws Exception {
        running.kill();
    }

    /** Sends one command on a connection of its own. */
    public Object send(Object... words) throws IOException {
        try (Resp resp = new Resp(port)) {
            return resp.send(words);
        }
    }

    @Override
    public void close() throws Exception {
        if (running != null) {
            running.kill();
        }
    }
}
