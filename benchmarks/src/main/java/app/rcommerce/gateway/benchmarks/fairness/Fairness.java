package app.rcommerce.gateway.benchmarks.fairness;

import app.rcommerce.gateway.benchmarks.testbed.Machine;
import app.rcommerce.gateway.benchmarks.testbed.Marks;
import app.rcommerce.gateway.benchmarks.testbed.Origin;
import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The fairness measurement: what honest clients see of a gateway process during each of several floods, and during the
 * same floods sent elsewhere, so that the processor time that a flood costs its own sender is not attributed to the
 * gateway.
 *
 * <p>{@code Fairness LAUNCHER FILE PERCENT}: how the gateway is started, the file whose table is replaced, and how much
 * of each flood is sent. Started by {@code benchmarks/fairness.sh}.
 */
public final class Fairness {

    private static final Duration ELSEWHERE = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final double TICKS = 100;

    private final int port = freePort();
    private final int adminPort = freePort();
    private final StringBuilder table = new StringBuilder();

    private Fairness() {}

    public static void main(String[] arguments) throws Exception {
        new Fairness().run(arguments[0], Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        System.exit(0);
    }

    private void run(String launcher, Path file, int percent) throws Exception {
        Keys keys = new Keys();
        line(
                "| beside | flood's requests/s, answers | gateway, of one core | honest p50, elsewhere and here | honest p99, elsewhere and here | p99, times elsewhere | not 200 |");
        line("| --- | --- | --- | --- | --- | --- | --- |");
        Path work = Files.createTempDirectory("fairness");
        Files.writeString(work.resolve("keys.json"), keys.jwks());
        try (RedisProcess redis = RedisProcess.start();
                Origin origin = new Origin()) {
            for (boolean bans : new boolean[] {false, true}) {
                Path config = work.resolve("gateway" + bans + ".toml");
                Files.writeString(config, text(redis.port(), origin.port(), bans));
                redis.send("FLUSHALL");
                Process gateway = new ProcessBuilder(launcher, "run", "--config", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("log").toFile())
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(gateway::destroyForcibly));
                try {
                    RedisProcess.await("the gateway", Duration.ofSeconds(60), this::isReady);
                    measure(gateway.pid(), keys, percent, bans);
                } finally {
                    gateway.destroy();
                    gateway.waitFor();
                }
            }
        }
        String text = Machine.text() + "\n" + table;
        Marks.write(file, "# Fairness", "benchmarks/fairness.sh", text);
        System.out.println(text);
    }

    private void measure(long pid, Keys keys, int percent, boolean bans) throws Exception {
        List<Flood> floods = bans ? List.of(Flood.FORGERS) : List.of(Flood.values());
        Honest honest = new Honest(port, keys);
        // The paths of floods are compiled too before anything is measured.
        for (Flood flood : floods) {
            send(flood, flood.count(), (int) (flood.rate() * WARM_UP.toSeconds()), port);
        }
        for (Flood flood : floods) {
            int count = flood.count() / 100 * percent;
            System.out.println("flood: " + count + " " + flood.words() + " ...");
            Sent elsewhere = send(flood, 0, (int) (flood.rate() * ELSEWHERE.toSeconds()), 0);
            Honest.Seen alone = honest.between(elsewhere.start(), elsewhere.end());
            long ticks = ticks(pid);
            long begun = System.nanoTime();
            Sent here = send(flood, 0, count, port);
            double cores = cores(ticks, pid, System.nanoTime() - begun);
            row(
                    flood,
                    String.format(Locale.ROOT, "%,d %s%s", count, flood.words(), bans ? ", with a ban" : ""),
                    cores,
                    here,
                    alone,
                    honest.between(here.start(), here.end()));
            Thread.sleep(3_000);
        }
        honest.end();
    }

    /** When a flood was under way, once it was warm, and what was answered. */
    private record Sent(long start, long end, int count, String answers) {

        double rate() {
            return count * 1e9 / (end - start);
        }
    }

    /** Sends the flood from a process of the lowest priority. */
    private static Sent send(Flood flood, int first, int count, int port) throws Exception {
        Process process = new ProcessBuilder(
                        "chrt",
                        "--idle",
                        "0",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Flood.class.getName(),
                        flood.name(),
                        Integer.toString(first),
                        Integer.toString(count),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try (BufferedReader lines = process.inputReader()) {
            String started = lines.readLine();
            long start = System.nanoTime();
            String answers = lines.readLine();
            long end = System.nanoTime();
            if (started == null || answers == null) {
                throw new IOException("flood " + flood + ": ended without a result");
            }
            return new Sent(start, end, count - Math.min(count / 2, 2 * flood.rate()), answers);
        }
    }

    private void row(Flood flood, String beside, double cores, Sent sent, Honest.Seen alone, Honest.Seen seen) {
        line(String.format(
                Locale.ROOT,
                "| %s | %,.0f of %,d, %s | %.0f %% | %.2f and %.2f ms | %.2f and %.2f ms | %.1f | %d of %d |",
                beside,
                sent.rate(),
                flood.rate(),
                sent.answers(),
                100 * cores,
                alone.p50(),
                seen.p50(),
                alone.p99(),
                seen.p99(),
                seen.p99() / alone.p99(),
                seen.wrong(),
                seen.requests()));
    }

    private void line(String text) {
        table.append(text).append('\n');
        System.out.println(text);
    }

    /** User and system time of a process so far, in hundredths of a second. */
    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static double cores(long before, long pid, long nanos) throws IOException {
        return (ticks(pid) - before) / TICKS / (nanos / 1e9);
    }

    private boolean isReady() {
        try {
            String status = new String(
                    URI.create("http://127.0.0.1:" + adminPort + "/admin/v1/status")
                            .toURL()
                            .openStream()
                            .readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8);
            return status.contains("\"connected\"");
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String text(int redis, int origin, boolean bans) {
        String ban = "[[access.bans]]\nname = \"forging\"\nafter = \"20 401/minute\"\nfor = \"10m\"\n";
        return """
                [server]
                listen = ["127.0.0.1:%d"]
                trusted_proxies = ["127.0.0.0/8"]
                access_log = false
                [server.admin]
                listen = "127.0.0.1:%d"
                [cache]
                cache_type = "Redis"
                [cache.redis]
                port = %d
                [auth.jwt]
                algorithms = ["ES256"]
                jwks_file = "keys.json"
                %s
                [limits.flood]
                key = "ip"
                rates = ["3000/minute"]
                [limits.anonymous]
                key = "ip"
                applies_to = "anonymous"
                rates = ["1200/minute"]
                [limits.user]
                key = "subject"
                rates = ["1200/minute"]
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "shop"
                path = "/shop/**"
                upstream = "origin"
                auth = "optional"
                limits = ["flood", "anonymous", "user"]
                """.formatted(port, adminPort, redis, bans ? ban : "", origin);
    }
}
