package app.rcommerce.gateway.server.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway in a process of its own, as an operator would start it. */
public final class GatewayProcess implements AutoCloseable {

    private static final Pattern SERVING = Pattern.compile("serving on https?://127\\.0\\.0\\.1:(\\d+)");

    private static final Pattern ADMIN = Pattern.compile("administration and metrics on http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Integer> adminPort = new CompletableFuture<>();

    private GatewayProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** Runs the configuration in a process that may open so many files. */
    public static GatewayProcess runWithin(int files, Path config) throws IOException {
        return start(List.of("sh", "-c", "ulimit -n " + files + " && exec \"$@\"", "sh"), config);
    }

    /** Runs the configuration with these options of the JVM. */
    public static GatewayProcess run(Path config, String... options) throws IOException {
        return start(List.of(), config, options);
    }

    private static GatewayProcess start(List<String> before, Path config, String... options) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "app.rcommerce.gateway.server.Main",
                "run",
                "--config",
                config.toString()));
        return new GatewayProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                Matcher matcher = SERVING.matcher(line);
                if (matcher.find()) {
                    port.complete(Integer.parseInt(matcher.group(1)));
                }
                Matcher admin = ADMIN.matcher(line);
                if (admin.find()) {
                    adminPort.complete(Integer.parseInt(admin.group(1)));
                }
            }
        } catch (IOException e) {
            // The process has ended.
        }
        port.completeExceptionally(new IOException("the gateway ended: " + lines));
        adminPort.completeExceptionally(new IOException("the gateway ended: " + lines));
    }

    /** Where it serves; waits until it does. */
    public int port() throws Exception {
        return port.get(20, TimeUnit.SECONDS);
    }

    /** Where it is administrated; waits until it is. */
    public int adminPort() throws Exception {
        return adminPort.get(20, TimeUnit.SECONDS);
    }

    /** What it has printed. */
    public List<String> lines() {
        return lines;
    }

    public Process process() {
        return process;
    }

    /** Sends a signal by its name without SIG; unlike {@link Process#destroy} this leaves its output readable. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end and answers its exit code. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the gateway does not end: " + lines);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
