package app.rcommerce.gateway.server.redis;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import redis.embedded.core.ExecutableProvider;

/**
 * Where a real Redis comes from: a container where a Docker daemon answers at once, else the redis-server on the PATH,
 * else the binary that embedded-redis brings along. The environment's {@code TEST_REDIS} ({@code docker}, {@code path}
 * or {@code embedded}) insists on one of them, or is the path of another server, such as a {@code valkey-server}.
 */
interface RedisLauncher {

    Logger LOG = LoggerFactory.getLogger(RedisLauncher.class);

    /** A Redis that runs. */
    interface Running {
        void suspend() throws Exception;

        void resume() throws Exception;

        /** Ends it at once, as by a crash. */
        void kill() throws Exception;

        boolean isAlive();
    }

    /** Starts {@code redis-server} with the arguments, in that directory. */
    Running launch(Path directory, List<String> arguments) throws Exception;

    static RedisLauncher find() throws IOException {
        String wanted = System.getenv().getOrDefault("TEST_REDIS", "");
        boolean isFile = wanted.startsWith("/") && Files.isExecutable(Path.of(wanted));
        if (!isFile && !List.of("", "docker", "path", "embedded").contains(wanted)) {
            throw new IllegalStateException(
                    "TEST_REDIS is " + wanted + " (expected: docker, path, embedded or the path of a server)");
        }
        if (wanted.equals("docker") || (wanted.isEmpty() && dockerAnswers())) {
            LOG.info("Redis for tests: redis:7-alpine in Docker");
            return RedisLauncher::container;
        }
        Path installed = isFile ? Path.of(wanted) : wanted.equals("embedded") ? null : installed();
        if (installed != null) {
            LOG.info("Redis for tests: {}", installed);
            return (directory, arguments) -> process(installed, directory, arguments);
        }
        if (wanted.equals("path")) {
            throw new IllegalStateException("TEST_REDIS is path, but no folder of the PATH has a redis-server");
        }
        Path embedded = ExecutableProvider.newJarResourceProvider().get().toPath();
        LOG.info("Redis for tests: embedded, {}", embedded);
        return (directory, arguments) -> process(embedded, directory, arguments);
    }

    private static @Nullable Path installed() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path found = Path.of(folder, "redis-server");
            if (Files.isExecutable(found)) {
                return found;
            }
        }
        return null;
    }

    private static Running process(Path executable, Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Running() {
            @Override
            public void suspend() throws Exception {
                signal("-STOP");
            }

            @Override
            public void resume() throws Exception {
                signal("-CONT");
            }

            private void signal(String name) throws Exception {
                new ProcessBuilder("kill", name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            }

            @Override
            public void kill() throws Exception {
                process.destroyForcibly().waitFor();
            }

            @Override
            public boolean isAlive() {
                return process.isAlive();
            }
        };
    }

    /**
     * On the network of the host, so that the nodes of a cluster and their clients see the same addresses; in the very
     * directory and under its owner, so that what a server saves is there for the next one; with the files it is named.
     */
    @SuppressWarnings("resource") // closed by kill, or by Testcontainers at the end
    private static Running container(Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server"));
        command.addAll(arguments);
        GenericContainer<?> container = new GenericContainer<>("redis:7-alpine")
                .withNetworkMode("host")
                .withWorkingDirectory(directory.toString())
                .withCommand(command.toArray(String[]::new));
        String owner = Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");
        List<Bind> binds = new ArrayList<>(List.of(new Bind(directory.toString(), new Volume(directory.toString()))));
        for (String argument : arguments) {
            if (argument.startsWith("/")
                    && Files.isRegularFile(Path.of(argument))
                    && !Path.of(argument).startsWith(directory)) {
                binds.add(new Bind(argument, new Volume(argument), AccessMode.ro));
            }
        }
        // Testcontainers' own way to bind a file first runs another image to see whether that works.
        container.withCreateContainerCmdModifier(create -> {
            create.withUser(owner);
            Objects.requireNonNull(create.getHostConfig()).withBinds(binds);
        });
        container.start();
        return new Running() {
            @Override
            public void suspend() {
                container
                        .getDockerClient()
                        .pauseContainerCmd(container.getContainerId())
                        .exec();
            }

            @Override
            public void resume() {
                container
                        .getDockerClient()
                        .unpauseContainerCmd(container.getContainerId())
                        .exec();
            }

            @Override
            public void kill() {
                container.stop();
            }

            @Override
            public boolean isAlive() {
                return container.isRunning();
            }
        };
    }

    /** Whether a daemon answers within a second; where there is none this costs nothing. */
    private static boolean dockerAnswers() {
        String host = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
        try {
            URI uri = URI.create(host);
            return switch (uri.getScheme()) {
                case "unix" -> Files.exists(Path.of(uri.getPath())) && pings(uri.getPath());
                case "tcp" -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 1000);
                        yield true;
                    }
                }
                default -> false;
            };
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static boolean pings(String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            ByteBuffer answer = ByteBuffer.allocate(64);
            long end = System.nanoTime() + 1_000_000_000L;
            while (answer.position() < 12 && System.nanoTime() < end) {
                if (channel.read(answer) < 0) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).contains(" 200");
        }
    }
}
