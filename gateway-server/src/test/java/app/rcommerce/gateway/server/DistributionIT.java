package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive as a user would unpack it, and the demonstration with every line it prints. */
class DistributionIT {

    @TempDir
    private static Path folder;

    private static Path home;
    private static Path archive;

    @BeforeAll
    static void unpack() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no archive in target"));
            run(
                    "tar",
                    "-xzf",
                    archive.toAbsolutePath().toString(),
                    "-C",
                    Files.createDirectory(folder.resolve("in here")).toString());
        }
        try (Stream<Path> files = Files.list(folder.resolve("in here"))) {
            home = files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /** The command's exit code and everything it printed. */
    private record Outcome(int code, String text) {}

    private static Outcome run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    private static Outcome run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
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
        assertThat(home.resolve("lib"))
                .isDirectoryContaining(file -> file.getFileName().toString().startsWith("gateway-core"));
        assertThat(home.resolve("config/gateway.toml")).isRegularFile();
        assertThat(home.resolve("LICENSE")).isRegularFile();
        assertThat(home.resolve("README.md")).isRegularFile();
        assertThat(home.resolve("CHANGELOG.md")).isRegularFile();
        assertThat(home.resolve("docs/OPERATIONS.md")).isRegularFile();
        assertThat(home.resolve("contrib/rcommerce-gateway.service")).isRegularFile();
    }

    @Test
    void everyLinkOfItsDocumentsLeadsToAFileInIt() throws Exception {
        Pattern link = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)]*)?\\)");
        List<String> broken = new ArrayList<>();
        int found = 0;
        try (Stream<Path> files = Files.walk(home)) {
            // The claims quote other documents, links and all.
            for (Path file : files.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !path.endsWith("docs/CLAIMS.md"))
                    .toList()) {
                Matcher links = link.matcher(Files.readString(file));
                while (links.find()) {
                    found++;
                    if (!Files.exists(file.resolveSibling(links.group(1)))) {
                        broken.add(home.relativize(file) + ": " + links.group(1));
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(20);
        assertThat(broken).isEmpty();
    }

    @Test
    void itsChecksumStandsBesideItAsSha256sumReadsIt() throws Exception {
        Path checksum = Path.of(archive + ".sha256");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
        assertThat(Files.readString(checksum).strip())
                .isEqualTo(HexFormat.of().formatHex(digest) + "  " + archive.getFileName());
    }

    @Test
    void commandsSayWhatTheyDoAndEndWithTheRightCode() throws Exception {
        assertThat(run(gateway(), "--version").text()).startsWith("gateway ");
        for (String command : List.of("run", "demo", "purge")) {
            Outcome help = run(gateway(), command, "--help");
            assertThat(help.code()).as(command).isZero();
            assertThat(help.text()).as(command).contains("Usage: gateway " + command);
        }
        assertThat(run(
                                gateway(),
                                "check",
                                home.resolve("config/development.toml").toString())
                        .code())
                .isZero();
        assertThat(run(gateway(), "check", home.resolve("absent.toml").toString())
                        .code())
                .isEqualTo(1);
        assertThat(run(gateway(), "nonsense").code()).isEqualTo(2);
        Outcome nobody = run(gateway(), "status", "--admin", "http://127.0.0.1:1");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.text()).contains("127.0.0.1:1");
    }

    /** As all processes do whose shell has put them, or those that have started them, into the background. */
    private static boolean ignoresInterrupts(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (HexFormat.fromHexDigitsToLong(line.substring(7).strip()) & 2) != 0);
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
                        gateway(),
                        "demo",
                        "--port",
                        ports.get(0),
                        "--admin-port",
                        ports.get(1),
                        "--upstream-port",
                        ports.get(2))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(out).contains("Ctrl-C"));
            List<String> lines = Files.readString(out)
                    .lines()
                    .filter(line -> line.startsWith("curl ") || line.startsWith("for "))
                    .toList();
            assertThat(lines).hasSize(7);
            assertThat(paste(lines.get(0)))
                    .contains("fwd=uri-miss; stored")
                    .contains("; hit; ttl=")
                    .contains("age: 0");
            assertThat(paste(lines.get(1)).trim()).isEqualTo("401 ".repeat(10) + "429 429");
            assertThat(paste(lines.get(2)))
                    .contains("ip:203.0.113.9")
                    .contains("\"BLOCKED\"")
                    .endsWith("403\n");
            assertThat(paste(lines.get(3))).contains("\"caller\":\"key:demo\"");
            assertThat(paste(lines.get(4)))
                    .startsWith("200\n")
                    .contains("TOKEN_REVOKED")
                    .endsWith("401\n");
            assertThat(paste(lines.get(5))).contains("gateway_decisions_total{outcome=\"entry\",policy=\"block\"} 1");
            assertThat(paste(lines.get(6)))
                    .contains("The shop is down.", "\"job_id\":", " 202\n", "0 webhooks have come", "The shop is up.")
                    .contains("1 webhooks have come\nattempt ")
                    .endsWith("{\"id\":\"evt_1\"}\n");

            new ProcessBuilder("kill", ignoresInterrupts(demo) ? "-TERM" : "-INT", Long.toString(demo.pid()))
                    .start()
                    .waitFor();
            assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
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
        assertThat(run(Map.of("JAVA_OPTS", "-XX:AOTMode=on -Xlog:aot=error"), gateway(), "run", "--help")
                        .code())
                .isZero();
    }

    @Test
    void whatIsStoredStaysUntilThereIsSomethingBetter() throws Exception {
        Path store = folder.resolve("no folder/gateway.aot");
        Map<String, String> there = Map.of("GATEWAY_AOT_CACHE", store.toString());
        Outcome trained = run(there, gateway(), "train");
        assertThat(trained.code()).as(trained.text()).isEqualTo(1);
        assertThat(trained.text())
                .startsWith("gateway: nothing can be stored at " + store + ": there is no folder " + store.getParent())
                .contains("GATEWAY_AOT_CACHE")
                .hasLineCount(1);

        Files.writeString(Files.createDirectory(store.getParent()).resolve("gateway.aot"), "what was stored before");
        for (String argument : List.of("--help", "superfluous")) {
            Outcome help = run(there, gateway(), "train", argument);
            assertThat(help.text()).contains("Usage: gateway train");
            assertThat(help.code()).isEqualTo(argument.equals("--help") ? 0 : 2);
        }
        assertThat(store).hasContent("what was stored before");
    }

    @Test
    void aRehearsalThatCannotBeKeptIsNotBegun() throws Exception {
        Path readOnly = Path.of("/proc/gateway.aot");
        assumeTrue(Files.isDirectory(readOnly.getParent()));
        Outcome refused = run(Map.of("GATEWAY_AOT_CACHE", readOnly.toString()), gateway(), "train");
        assertThat(refused.code()).as(refused.text()).isEqualTo(1);
        assertThat(refused.text()).contains("cannot write to the folder /proc/").hasLineCount(1);
        Path taken = Files.createDirectory(folder.resolve("a folder"));
        Outcome folderNamed = run(Map.of("GATEWAY_AOT_CACHE", taken.toString()), gateway(), "train");
        assertThat(folderNamed.code()).isEqualTo(1);
        assertThat(folderNamed.text()).contains("it is a folder").hasLineCount(1);
    }

    @Test
    void aRehearsalThatFailsSaysWhyAndNothingOfItsRequests() throws Exception {
        Path store = folder.resolve("kept.aot");
        Outcome failed = run(
                Map.of("GATEWAY_AOT_CACHE", store.toString(), "JAVA_OPTS", "-XX:NoSuchOption=1"), gateway(), "train");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.text())
                .contains("NoSuchOption")
                .endsWith("gateway: nothing was stored at " + store + "\n")
                .doesNotContain("request_id");
        assertThat(store).doesNotExist();
    }

    @Test
    void theJvmCanBeGivenLessAndAnotherCollector() throws Exception {
        Path config = Files.writeString(folder.resolve("größer.toml"), "nonsense");
        for (Map<String, String> setting :
                List.of(Map.of("GATEWAY_HEAP", "48m"), Map.of("JAVA_OPTS", "-XX:+UseG1GC"), Map.of("LC_ALL", "C"))) {
            Outcome started = run(setting, gateway(), "run", "--config", config.toString());
            assertThat(started.code()).as(started.text()).isEqualTo(1);
            assertThat(started.text())
                    .contains("er.toml:1:")
                    .doesNotContain("defect")
                    .doesNotContain("VM");
        }
    }

    @Test
    void aCheckJudgesByTheHeapThatAGatewayWouldHave() throws Exception {
        StringBuilder many = new StringBuilder("[upstreams.u]\nservers = [\"http://127.0.0.1:1\"]\n");
        for (int i = 0; i < 5_000; i++) {
            many.append("[[routes]]\nname = \"r%d\"\npath = \"/%d\"\nupstream = \"u\"\n".formatted(i, i));
        }
        Path config = Files.writeString(folder.resolve("many.toml"), many);
        assertThat(run(gateway(), "check", config.toString()).code()).isZero();
        Outcome refused = run(Map.of("GATEWAY_HEAP", "64m"), gateway(), "check", config.toString());
        assertThat(refused.code()).as(refused.text()).isEqualTo(1);
        assertThat(refused.text()).contains("many.toml").contains("a larger GATEWAY_HEAP");
    }

    @Test
    void aServerSaysNothingButLogLinesAndStopsInOrderHoweverEarlyItIsTold() throws Exception {
        Path config = Files.createTempFile(folder, "run", ".toml");
        Files.writeString(config, """
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
