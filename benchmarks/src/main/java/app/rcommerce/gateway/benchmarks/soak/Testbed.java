package app.rcommerce.gateway.benchmarks.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a soak, on ports of the loopback that were free, and one folder with their configurations and logs.
 * What still runs when the soak ends, however it ends, is killed. For one thread.
 */
final class Testbed {

    /** How long a process may take to end once it is asked to. */
    private static final long STOP_SECONDS = 60;

    private final Path folder;
    private final String gateway;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    /** Of processes that ended by themselves, or did not end. */
    private final List<String> surprises = new ArrayList<>();

    /** A testbed without processes; {@code gateway} is the path of {@code bin/gateway}. */
    Testbed(String name, String gateway) throws IOException {
        this.folder = Files.createTempDirectory(name);
        this.gateway = gateway;
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Path folder() {
        return folder;
    }

    /** Where the output of all processes of this name is. */
    Path logOf(String name) {
        return folder.resolve(name + ".log");
    }

    /** Starts a gateway with this configuration. */
    void startGateway(String name, String config) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".toml"), config);
        start(name, List.of(gateway, "run", "--config", file.toString()));
    }

    /** Starts a Redis that keeps its data in the folder, if {@code options} have it keep any. */
    void startRedis(String name, String server, int port, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(server, "--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of("--dir", folder.toString()));
        command.addAll(List.of(options));
        start(name, command);
    }

    private synchronized void start(String name, List<String> command) throws IOException {
        processes.put(
                name,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(logOf(name).toFile()))
                        .start());
    }

    private synchronized Process get(String name) {
        return processes.get(name);
    }

    /** Ends a process as {@code kill -9} does; notes it where it had ended by itself. */
    void kill(String name) throws InterruptedException {
        Process process = get(name);
        if (!process.isAlive()) {
            surprises.add(name + " had ended by itself with " + process.exitValue());
        }
        process.destroyForcibly().waitFor();
    }

    /** Suspends a process for this time. */
    void suspend(String name, long millis) throws IOException, InterruptedException {
        signal("-STOP", name);
        Thread.sleep(millis);
        signal("-CONT", name);
    }

    private void signal(String signal, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(get(name).pid()))
                .start()
                .waitFor();
    }

    /** Asks all processes to end, those that were there first last, and waits for each. */
    void stop() throws InterruptedException {
        for (String name : List.copyOf(processes.keySet()).reversed()) {
            Process process = get(name);
            if (!process.isAlive()) {
                surprises.add(name + " had ended by itself with " + process.exitValue());
            }
            process.destroy();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                surprises.add(name + " has not ended when it was asked to");
            }
        }
    }

    private synchronized void killAll() {
        processes.values().forEach(Process::destroyForcibly);
    }

    /** Prints which processes had ended by themselves, or did not end; whether there was none. */
    boolean report() {
        surprises.forEach(System.out::println);
        return surprises.isEmpty();
    }
}
