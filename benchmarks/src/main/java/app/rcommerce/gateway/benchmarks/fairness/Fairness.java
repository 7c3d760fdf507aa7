package app.rcommerce.gateway.benchmarks.fairness;

import app.rcommerce.gateway.benchmarks.testbed.Machine;
import app.rcommerce.gateway.benchmarks.testbed.Marks;
import app.rcommerce.gateway.benchmarks.testbed.Origin;
import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Measures what honest clients see of a gateway process alone, and beside each of several floods.
 *
 * <p>{@code Fairness LAUNCHER FILE PERCENT}: how the gateway is started, the file whose table is replaced, and how much of
 * each flood is sent. Started by {@code benchmarks/fairness.sh}.
 */
public final class Fairness {

    private static final Duration ALONE = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
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
        line("| beside | flood's requests/s, answers | gateway, of one core | honest p50 | honest p99 | p99, times alone | not 200 |");
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
                    measure(gateway.pid(), keys, floods(percent, bans));
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

    private static List<Flood> floods(int percent, boolean bans) {
        Flood tokens = new Flood(
                "bad ES256 tokens from 200 addresses" + (bans ? ", with a ban" : ""), 10_000 * percent, 3_000,
                number -> new String[] {"X-Forwarded-For: 198.51.100." + number % 200, Keys.bad(number)});
        if (bans) {
            return List.of(tokens);
        }
        return List.of(
                new Flood("new addresses", 2_000 * percent, 1_500,
                        number -> new String[] {"X-Forwarded-For: 10." + number / 62_500 + "." + number / 250 % 250 + "."
                            + (1 + number % 250)}),
                new Flood("one refused client", 3_000 * percent, 4_000,
                        number -> new String[] {"X-Forwarded-For: 203.0.113.1"}),
                new Flood("one refused client with bad tokens", 3_000 * percent, 4_000,
                        number -> new String[] {"X-Forwarded-For: 203.0.113.2", Keys.bad(number)}),
                tokens);
    }

    private void measure(long pid, Keys keys, List<Flood> floods) throws Exception {
        Honest honest = new Honest(port, keys);
        Thread.sleep(WARM_UP);
        // The paths of floods are compiled too before anything is measured.
        for (Flood flood : floods) {
            new Flood(flood.name(), flood.rate(), flood.rate(), flood.fields()).send(port);
        }
        Thread.sleep(2_000);
        long start = System.nanoTime();
        long ticks = ticks(pid);
        Thread.sleep(ALONE);
        long end = System.nanoTime();
        Honest.Seen alone = honest.between(start, end);
        row("nobody", "", cores(ticks, pid, end - start), alone, alone);
        for (Flood flood : floods) {
            System.out.println("flood: " + flood.count() + " " + flood.name() + " ...");
            start = System.nanoTime();
            ticks = ticks(pid);
            String answers = flood.send(port).toString();
            end = System.nanoTime();
            String sent = String.format(Locale.ROOT, "%,.0f, %s", flood.count() * 1e9 / (end - start), answers);
            row(String.format(Locale.ROOT, "%,d %s", flood.count(), flood.name()), sent,
                    cores(ticks, pid, end - start), honest.between(start, end), alone);
            Thread.sleep(3_000);
        }
        honest.end();
    }

    private void row(String beside, String sent, double cores, Honest.Seen seen, Honest.Seen alone) {
        line(String.format(Locale.ROOT, "| %s | %s | %.0f %% | %.2f ms | %.2f ms | %.1f | %d of %d |", beside, sent,
                100 * cores, seen.p50(), seen.p99(), seen.p99() / alone.p99(), seen.wrong(), seen.requests()));
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
            String status = new String(URI.create("http://127.0.0.1:" + adminPort + "/admin/v1/status")
                    .toURL().openStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
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
                """
                .formatted(port, adminPort, redis, bans ? ban : "", origin);
    }
}
