package app.rcommerce.gateway.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.gateway.Gateway;
import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway without Redis whose queue has a journal, killed and started again. */
@Timeout(120)
class JournalIT {

    private static final String JOB_ID = ".*\"job_id\":\"([^\"]*)\".*";

    private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";

    private final BlockingQueue<String> delivered = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private Path config(int upstreamPort, String queues) throws IOException {
        return Files.writeString(folder.resolve("gateway.toml"), """
                [server]
                listen = ["127.0.0.1:0"]
                workers = 2
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                connect_timeout = "1s"
                %s
                [[routes]]
                name = "webhooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                """.formatted(upstreamPort, queues));
    }

    private static String queue(String journal) {
        return """
                [queues.webhooks]
                retry = { first = "100ms", max = "200ms", for = "10m" }
                max_crashes = 1
                %s
                """.formatted(journal);
    }

    private Path config(int upstreamPort) throws IOException {
        return config(upstreamPort, queue("journal = \"jobs\""));
    }

    private Path journal() {
        return folder.resolve("jobs/webhooks.journal");
    }

    private static RawClient.Answer answer(int port, String body) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send("POST /hooks HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .read();
        }
    }

    private static String accepted(int port, String body) throws IOException {
        RawClient.Answer answer = answer(port, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.body().replaceAll(JOB_ID, "$1");
    }

    private RawUpstream upstream(int port) throws IOException {
        return new RawUpstream(port, exchange -> {
            exchange.content();
            delivered.add(exchange.field("Idempotency-Key"));
            exchange.send(OK);
        });
    }

    /** A port on which nobody listens. */
    private static int away() throws IOException {
        try (RawUpstream upstream = new RawUpstream(exchange -> {})) {
            return upstream.port();
        }
    }

    private static void kill(GatewayProcess gateway) throws Exception {
        gateway.signal("KILL");
        assertThat(gateway.exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void whatWasAcceptedIsForwardedAfterAKill() throws Exception {
        int port = away();
        Path config = config(port);
        Queue<String> ids = new ConcurrentLinkedQueue<>();
        try (GatewayProcess gateway = GatewayProcess.run(config)) {
            int serving = gateway.port();
            List<Thread> clients = new ArrayList<>();
            for (int c = 0; c < 8; c++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    try {
                        // Until it is killed, so that it is at work then.
                        for (int i = 0; i < 100_000; i++) {
                            ids.add(accepted(serving, "paid"));
                        }
                    } catch (IOException e) {
                        // It has been killed.
                    }
                }));
            }
            Awaitility.await().until(() -> ids.size() > 200);
            kill(gateway);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(gateway.lines()).noneMatch(line -> line.contains("is lost when it ends"));
        }

        try (GatewayProcess again = GatewayProcess.run(config);
                RawUpstream upstream = upstream(port)) {
            again.port();
            assertThat(again.lines()).anyMatch(line -> line.contains("jobs from the journal " + journal()));
            Set<String> expected = Set.copyOf(ids);
            List<String> got = new ArrayList<>();
            while (!got.containsAll(expected)) {
                String one = delivered.poll(20, TimeUnit.SECONDS);
                assertThat(one)
                        .as("%d of %d were delivered", got.size(), expected.size())
                        .isNotNull();
                got.add(one);
            }
            assertThat(got).as("each once").doesNotHaveDuplicates();
            assertThat(upstream.connections()).isPositive();
        }
    }

    @Test
    void aJobOverWhichTheProcessDiesAgainAndAgainIsGivenUp() throws Exception {
        try (RawUpstream upstream = new RawUpstream(exchange -> {
            exchange.content();
            delivered.add(exchange.field("Idempotency-Key"));
            // No answer.
            exchange.in().read();
        })) {
            Path config = config(upstream.port());
            String id = "";
            for (int i = 0; i < 2; i++) {
                try (GatewayProcess gateway = GatewayProcess.run(config)) {
                    int port = gateway.port();
                    id = i == 0 ? accepted(port, "poison") : id;
                    assertThat(delivered.poll(20, TimeUnit.SECONDS)).isEqualTo(id);
                    kill(gateway);
                }
            }
            try (GatewayProcess gateway = GatewayProcess.run(config)) {
                String next = accepted(gateway.port(), "good");
                assertThat(delivered.poll(20, TimeUnit.SECONDS)).isEqualTo(next);
            }
        }
    }

    @Test
    void aStopGivesBackWhatIsAtWork() throws Exception {
        int port = away();
        Path config = config(port);
        String id;
        try (GatewayProcess gateway = GatewayProcess.run(config)) {
            id = accepted(gateway.port(), "paid");
            gateway.signal("TERM");
            gateway.exitCode();
        }
        try (GatewayProcess again = GatewayProcess.run(config);
                RawUpstream upstream = upstream(port)) {
            again.port();
            assertThat(delivered.poll(20, TimeUnit.SECONDS)).isEqualTo(id);
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @Test
    void aSecondProcessAndASpoiledFileAreRefused() throws Exception {
        Path config = config(away());
        try (GatewayProcess gateway = GatewayProcess.run(config)) {
            accepted(gateway.port(), "paid");
            long first = Files.size(journal());
            accepted(gateway.port(), "paid");
            accepted(gateway.port(), "paid");
            try (GatewayProcess second = GatewayProcess.run(config)) {
                assertThat(second.exitCode()).isNotZero();
                assertThat(second.lines())
                        .anyMatch(line -> line.contains("the journal " + journal() + ": another process has it open"));
            }
            kill(gateway);
            byte[] all = Files.readAllBytes(journal());
            all[(int) first + 20] ^= 1;
            Files.write(journal(), all);
        }
        try (GatewayProcess third = GatewayProcess.run(config)) {
            assertThat(third.exitCode()).isNotZero();
            assertThat(third.lines()).anyMatch(line -> line.contains(journal() + ": what stands at byte "));
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    /** On a disk of its own, where the test may mount one. */
    @Test
    void aQueueThatHasFilledItsDiskTakesJobsAgainOnceItIsWorkedOff() throws Exception {
        Path full = Files.createDirectory(folder.resolve("full"));
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", full.toString()))
                .isZero();
        AtomicBoolean isAway = new AtomicBoolean(true);
        try (RawUpstream upstream = new RawUpstream(exchange -> {
                    exchange.content();
                    String id = exchange.field("Idempotency-Key");
                    if (isAway.get()) {
                        exchange.send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
                    } else {
                        delivered.add(id);
                        exchange.send(OK);
                    }
                });
                GatewayProcess gateway = GatewayProcess.run(config(upstream.port(), queue("journal = \"full\"")))) {
            int port = gateway.port();
            String body = "x".repeat(60_000);
            int taken = 0;
            for (int i = 0; i < 8; i++) {
                taken += answer(port, body).status() == 202 ? 1 : 0;
            }
            assertThat(taken).isPositive().isLessThan(8);
            assertThat(gateway.lines()).anyMatch(line -> line.contains("its queue takes no jobs"));
            isAway.set(false);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> answer(port, body).status() == 202);

            for (int i = 0; i < 20; i++) {
                // It may be full once more before all is worked off.
                String next = Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> answer(port, body), answer -> answer.status() == 202)
                        .body()
                        .replaceAll(JOB_ID, "$1");
                // As many as were refused may be forwarded too.
                for (String one = ""; !next.equals(one); ) {
                    one = delivered.poll(20, TimeUnit.SECONDS);
                    assertThat(one).isNotNull();
                }
            }
            // Each time that it fails, and that it is well again: it may be full once more before all is worked off.
            assertThat(gateway.lines().stream()
                            .filter(line -> line.contains("JournalWriter"))
                            .map(line -> line.contains("is written again")))
                    .hasSizeBetween(2, 8)
                    .startsWith(false, true)
                    .endsWith(false, true);
        } finally {
            run("umount", "-l", full.toString());
        }
    }

    private static GatewayConfig read(Path file) {
        return ((ConfigReader.Result.Loaded) ConfigReader.read(file, name -> null)).config();
    }

    @Test
    void aReloadOpensTheJournalOfANewQueueAndOfNoOther() throws Exception {
        int port = away();
        Gateway gateway = Gateway.start(read(config(port, queue("") + "[queues.kept]\n")));
        try {
            String other = "[queues.other]\njournal = \"others\"\n";
            gateway.reload(read(config(port, queue("journal = \"jobs\"") + other)));
            accepted(gateway.addresses().getFirst().getPort(), "paid");

            assertThat(folder.resolve("others/other.journal")).exists();
            assertThat(journal()).as("it waits for a restart").doesNotExist();

            assertThatThrownBy(() -> gateway.reload(
                            read(config(port, queue("") + "[queues.third]\njournal = \"gateway.toml\"\n"))))
                    .hasMessageContaining("gateway.toml/third.journal");
            assertThat(gateway.config().queues()).containsOnlyKeys("webhooks", "other");
        } finally {
            gateway.stop();
        }
        try (Stream<Path> left = Files.list(folder.resolve("others"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("other.journal", "other.journal.lock");
        }
    }
}
