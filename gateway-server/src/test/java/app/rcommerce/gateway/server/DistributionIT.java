package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as a user would unpack it, and the demonstration with every line it prints. */
class DistributionIT {

    @TempDir
    private static Path folder;

    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            Path archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no archive in target"));
            run("tar", "-xzf", archive.toAbsolutePath().toString(), "-C", Files.createDirectory(folder.resolve("in here")).toString());
        }
        try (Stream<Path> files = Files.list(folder.resolve("in here"))) {
            home = files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /** The command's exit code and everything it printed. */
    private record Outcome(int code, String text) {}

    private static Outcome run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(List.of(command) + " does not end: " + Files.readString(out));
        }
        return new Outcome(process.exitValue(), Files.readString(out));
    }

    private static String gateway() {
        return home.resolve("bin/gateway").toString();
    }

    @Test
    void itHoldsWhatItShould() {
        assertThat(home.resolve("lib")).isDirectoryContaining(file -> file.getFileName().toString().startsWith("gateway-core"));
        assertThat(home.resolve("config/gateway.toml")).isRegularFile();
        assertThat(home.resolve("LICENSE")).isRegularFile();
        assertThat(home.resolve("README.md")).isRegularFile();
    }

    @Test
    void commandsSayWhatTheyDoAndEndWithTheRightCode() throws Exception {
        assertThat(run(gateway(), "--version").text()).startsWith("gateway ");
        for (String command : List.of("run", "demo", "purge")) {
            Outcome help = run(gateway(), command, "--help");
            assertThat(help.code()).as(command).isZero();
            assertThat(help.text()).as(command).contains("Usage: gateway " + command);
        }
        assertThat(run(gateway(), "check", home.resolve("config/development.toml").toString()).code()).isZero();
        assertThat(run(gateway(), "check", home.resolve("absent.toml").toString()).code()).isEqualTo(1);
        assertThat(run(gateway(), "nonsense").code()).isEqualTo(2);
        Outcome nobody = run(gateway(), "status", "--admin", "http://127.0.0.1:1");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.text()).contains("127.0.0.1:1");
    }

    @Test
    void everyLineThatTheDemonstrationPrintsDoesWhatItSays() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")) && Files.isExecutable(Path.of("/bin/bash")));
        List<String> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                ports.add(Integer.toString(socket.getLocalPort()));
            }
        }
        Path out = Files.createTempFile(folder, "demo", ".txt");
        Process demo = new ProcessBuilder(
                        gateway(), "demo", "--port", ports.get(0), "--admin-port", ports.get(1), "--upstream-port", ports.get(2))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(out).contains("Ctrl-C"));
            List<String> lines = Files.readString(out)
                    .lines()
                    .filter(line -> line.startsWith("curl ") || line.startsWith("for "))
                    .toList();
            assertThat(lines).hasSize(6);
            assertThat(paste(lines.get(0))).contains("fwd=uri-miss; stored").contains("; hit; ttl=").contains("age: 0");
            assertThat(paste(lines.get(1)).trim()).isEqualTo("401 ".repeat(10) + "429 429");
            assertThat(paste(lines.get(2))).contains("ip:203.0.113.9").contains("\"BLOCKED\"").endsWith("403\n");
            assertThat(paste(lines.get(3))).contains("\"caller\":\"key:demo\"");
            assertThat(paste(lines.get(4))).startsWith("200\n").contains("TOKEN_REVOKED").endsWith("401\n");
            assertThat(paste(lines.get(5))).contains("gateway_decisions_total{outcome=\"refused\",policy=\"block\"} 1");

            new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();
            assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            demo.destroyForcibly();
        }
    }

    @Test
    void whatIsTrainedIsUsedByLaterStarts() throws Exception {
        Outcome trained = run(gateway(), "train");
        assertThat(trained.code()).as(trained.text()).isZero();
        assertThat(trained.text()).startsWith("gateway: later starts use ").hasLineCount(1);
        assertThat(home.resolve("lib/gateway.aot")).isRegularFile();
        // With AOTMode=on a JVM that cannot use what was stored ends at once.
        ProcessBuilder must = new ProcessBuilder(gateway(), "run", "--help").redirectErrorStream(true);
        must.environment().put("JAVA_OPTS", "-XX:AOTMode=on -Xlog:aot=error");
        assertThat(must.start().waitFor()).isZero();
    }

    @Test
    void whatIsStoredStaysUntilThereIsSomethingBetter() throws Exception {
        Path store = folder.resolve("no folder/gateway.aot");
        ProcessBuilder train = new ProcessBuilder(gateway(), "train").redirectErrorStream(true);
        train.environment().put("GATEWAY_AOT_CACHE", store.toString());
        Process training = train.start();
        String said = new String(training.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(training.waitFor()).as(said).isEqualTo(1);
        assertThat(said).endsWith("gateway: nothing was stored at " + store + "\n");

        Files.writeString(Files.createDirectory(store.getParent()).resolve("gateway.aot"), "what was stored before");
        for (String argument : List.of("--help", "superfluous")) {
            ProcessBuilder help = new ProcessBuilder(gateway(), "train", argument).redirectErrorStream(true);
            help.environment().put("GATEWAY_AOT_CACHE", store.toString());
            Process helping = help.start();
            assertThat(new String(helping.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("Usage: gateway train");
            assertThat(helping.waitFor()).isEqualTo(argument.equals("--help") ? 0 : 2);
        }
        assertThat(store).hasContent("what was stored before");
    }

    @Test
    void theJvmCanBeGivenLessAndAnotherCollector() throws Exception {
        Path config = Files.writeString(folder.resolve("größer.toml"), "nonsense");
        for (String[] setting : new String[][] {{"GATEWAY_HEAP", "48m"}, {"JAVA_OPTS", "-XX:+UseG1GC"}, {"LC_ALL", "C"}}) {
            ProcessBuilder run = new ProcessBuilder(gateway(), "run", "--config", config.toString()).redirectErrorStream(true);
            run.environment().put(setting[0], setting[1]);
            Process started = run.start();
            String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(started.waitFor()).as(said).isEqualTo(1);
            assertThat(said).contains("er.toml:1:").doesNotContain("defect").doesNotContain("VM");
        }
    }

    @Test
    void aServerSaysNothingButLogLinesAndStopsInOrderHoweverEarlyItIsTold() throws Exception {
        Path config = Files.createTempFile(folder, "run", ".toml");
        Files.writeString(
                config,
                """
                [server]
                listen = ["127.0.0.1:0"]
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.u]
                servers = ["http://127.0.0.1:1"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "u"
                """);
        for (int i = 0; i < 3; i++) {
            Path out = Files.createTempFile(folder, "run", ".txt");
            Process server = new ProcessBuilder(gateway(), "run", "--config", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try {
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> Files.readString(out).contains("serving on"));
                server.destroy();
                assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
                assertThat(Files.readAllLines(out))
                        .hasSizeGreaterThan(3)
                        .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO .*"))
                        .last()
                        .asString()
                        .endsWith(": stopped");
            } finally {
                server.destroyForcibly();
            }
        }
    }

    private static String paste(String line) throws Exception {
        return run("/bin/bash", "-c", line).text();
    }
}
