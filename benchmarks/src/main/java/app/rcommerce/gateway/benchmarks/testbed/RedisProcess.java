package app.rcommerce.gateway.benchmarks.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A {@code redis-server} of the PATH on a free port of the loopback address, in a directory of its own. For one thread
 * at a time, but for {@link #send}.
 */
public final class RedisProcess implements AutoCloseable {

    private final int port = freePort();
    private final Path directory;
    private final List<String> options;
    private Process process;

    private RedisProcess(String... options) throws IOException {
        this.directory = Files.createTempDirectory("redis-" + port + "-");
        this.options = new ArrayList<>(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
        this.options.addAll(List.of("--save", "", "--appendonly", "no", "--dir", directory.toString()));
        this.options.addAll(List.of(options));
        this.process = launch(this.options);
    }

    private RedisProcess(String service, int masterPort, int downAfterMillis) throws IOException {
        this.directory = Files.createTempDirectory("sentinel-" + port + "-");
        Path config = directory.resolve("sentinel.conf");
        Files.writeString(
                config,
                "port " + port + "\nbind 127.0.0.1\nsentinel monitor " + service + " 127.0.0.1 " + masterPort
                        + " 1\nsentinel down-after-milliseconds " + service + " " + downAfterMillis
                        + "\nsentinel failover-timeout " + service + " 10000\n");
        this.options = List.of(config.toString(), "--sentinel");
        this.process = launch(options);
    }

    /** Starts a server with some more options and waits until it answers. */
    public static RedisProcess start(String... options) throws IOException {
        RedisProcess started = new RedisProcess(options);
        await("redis-server", Duration.ofSeconds(10), started::isReady);
        return started;
    }

    /** Starts a sentinel that watches one master. */
    public static RedisProcess sentinel(String service, int masterPort, int downAfterMillis) throws IOException {
        RedisProcess started = new RedisProcess(service, masterPort, downAfterMillis);
        await("redis-sentinel", Duration.ofSeconds(10), started::isReady);
        return started;
    }

    private static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                // With the cluster's bus, 10,000 above, in range.
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Process launch(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server"));
        command.addAll(arguments);
        Process started = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        return started;
    }

    public int port() {
        return port;
    }

    /** Whether it answers a PING with PONG; false while it loads. */
    public boolean isReady() {
        try {
            return "PONG".equals(send("PING"));
        } catch (IOException | RespError e) {
            return false;
        }
    }

    /** Starts it again with some more options, without waiting for it. */
    public void restart(String... more) throws IOException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        process = launch(all);
    }

    /** Stops the process with SIGSTOP; it keeps its connections and does not answer. */
    public void suspend() {
        signal("-STOP");
    }

    /** Resumes the process with SIGCONT. */
    public void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills the process with SIGKILL; returns when it has ended. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends one command on a connection of its own; {@link RespError} where it is refused. Any thread. */
    public Object send(Object... words) throws IOException {
        try (RespClient client = new RespClient(port)) {
            return client.send(words);
        }
    }

    /** Waits until the condition holds; fails after so long. */
    public static void await(String what, Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited in vain for " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It lies in the directory for temporary files.
        }
    }
}
