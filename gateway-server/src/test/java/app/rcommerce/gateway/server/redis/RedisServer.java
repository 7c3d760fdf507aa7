package app.rcommerce.gateway.server.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** One real Redis on a free port of the loopback address, empty, without persistence. For one thread. */
public final class RedisServer implements AutoCloseable {

    private final RedisLauncher launcher;
    private final List<String> arguments;
    private final Path directory;
    private final int port;
    private final boolean speaksTls;
    private RedisLauncher.Running running;

    /** What the options are, once port and directory are known; they take the place of the usual ones. */
    interface Options {
        List<String> of(int port, Path directory) throws Exception;
    }

    RedisServer(RedisLauncher launcher, boolean speaksTls, Options options) {
        this.launcher = launcher;
        this.speaksTls = speaksTls;
        this.port = freePort();
        try {
            this.directory = Files.createTempDirectory("redis-" + port + "-");
            this.arguments = options.of(port, directory);
        } catch (Exception e) {
            throw new IllegalStateException(e);
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

    /**
     * Starts it, or starts it again with nothing in it; false where it ends at once, as it does with unknown options.
     */
    public boolean start() throws Exception {
        running = launcher.launch(directory, arguments);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !running.isAlive() || answers());
        return running.isAlive();
    }

    /** Starts it with some more options, and does not wait until it answers. */
    void launch(String... more) throws Exception {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        running = launcher.launch(directory, all);
    }

    private boolean answers() {
        if (speaksTls) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }
        try (Resp resp = new Resp(port)) {
            resp.send("PING");
            return true;
        } catch (IllegalStateException e) {
            return e.getMessage().startsWith("NOAUTH");
        } catch (IOException e) {
            return false;
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
