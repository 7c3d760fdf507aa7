package app.rcommerce.gateway.server.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.cli.GatewayCommand;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

/** What operators do with queues, by the command line and the admin port behind it. */
@Timeout(60)
@ExtendWith(Leaks.class)
class JobsCommandIT {

    private record Result(int code, String out, String err) {}

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> answer =
            new AtomicReference<>("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
    private RawUpstream upstream;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(exchange -> {
            delivered.add(exchange.content());
            exchange.send(answer.get());
        });
        gateway = TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                [queues.webhooks]
                redact = ["card", "x-secret"]
                [queues.other]
                [[routes]]
                name = "webhooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                """.formatted(upstream.port()));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        upstream.close();
    }

    private Result run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("jobs"));
        all.addAll(List.of(arguments));
        return command(all);
    }

    private Result command(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = GatewayCommand.line(List.of());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(arguments);
        all.add("--admin");
        all.add("http://127.0.0.1:" + gateway.gateway().adminAddress().getPort());
        int code = line.execute(all.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    private String ok(String... arguments) {
        Result result = run(arguments);
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }

    private String post(String body, String... fields) throws IOException {
        try (RawClient client = gateway.client()) {
            RawClient.Answer got = client.send("POST /hooks?a=1 HTTP/1.1\r\nHost: shop\r\nContent-Length: "
                            + body.getBytes(ISO_8859_1).length + "\r\n" + String.join("", fields) + "\r\n" + body)
                    .read();
            assertThat(got.status()).isEqualTo(202);
            return got.body().replaceAll(".*\"job_id\":\"([^\"]*)\".*", "$1");
        }
    }

    private void awaitDead(int count) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                ok("--queue", "webhooks", "--state", "dead").lines())
                        .hasSize(count + 1));
    }

    @Test
    void queuesAndTheirJobsAreListed() throws Exception {
        assertThat(ok().lines().map(line -> line.split(" ")[0]))
                .containsExactly("QUEUE", "webhooks", "other", "gateway");
        assertThat(ok("--queue", "webhooks")).isEqualTo("There are no such jobs.\n");
        String id = post("{\"type\":\"paid\"}");
        awaitDead(1);

        assertThat(ok("--queue", "webhooks")).contains(id, "dead", "normal", "the upstream has answered 410");
        assertThat(ok("--queue", "webhooks", "--where", "json:/type=paid")).contains(id);
        assertThat(ok("--queue", "webhooks", "--where", "json:/type=other")).doesNotContain(id);
        assertThat(ok("--queue", "webhooks", "--since", "1h")).contains(id);
        assertThat(ok("--queue", "webhooks", "--state", "ready")).doesNotContain(id);
    }

    @Test
    void aJobIsShownWithoutWhatIsHidden() throws Exception {
        String id = post(
                "{\"type\":\"paid\",\"deep\":[{\"Card\":\"4111\"}]}",
                "Authorization: Bearer secret-token\r\n",
                "X-Secret: secret-field\r\n",
                "X-Plain: seen\r\n");
        awaitDead(1);

        String shown = ok("show", id);

        assertThat(shown)
                .contains(id, "POST", "/hooks?a=1", "X-Plain: seen", "\"Card\":\"(redacted)\"", "\"type\":\"paid\"")
                .contains("Authorization: (redacted)", "X-Secret: (redacted)")
                .doesNotContain("4111", "secret-token", "secret-field");
        String plain = post("no JSON with a card 4111");
        awaitDead(2);
        assertThat(ok("show", plain)).contains("24 bytes").doesNotContain("4111");
    }

    @Test
    void jobsAreTriedAgain() throws Exception {
        String first = post("1");
        post("{\"type\":\"paid\"}");
        post("{\"type\":\"other\"}");
        awaitDead(3);
        answer.set("HTTP/1.1 204 No Content\r\n\r\n");
        delivered.clear();

        assertThat(ok("retry", "--queue", "webhooks", first)).isEqualTo("1 job to be tried again\n");
        Awaitility.await().untilAsserted(() -> assertThat(delivered).containsExactly("1"));
        assertThat(ok("retry", "--queue", "webhooks", "--state", "dead", "--where", "json:/type=paid", "--rate", "5"))
                .isEqualTo("1 job to be tried again\n");
        Awaitility.await().untilAsserted(() -> assertThat(delivered).containsExactly("1", "{\"type\":\"paid\"}"));
        Awaitility.await().untilAsserted(() -> assertThat(ok("show", first)).contains("completed"));
        assertThat(ok("cancel", "--queue", "webhooks", "--state", "dead")).isEqualTo("1 job taken back\n");
        assertThat(ok("--queue", "webhooks")).isEqualTo("There are no such jobs.\n");
    }

    @Test
    void aPausedQueueHoldsItsJobs() throws Exception {
        assertThat(ok("pause", "webhooks")).isEqualTo("queue webhooks is paused\n");
        String id = post("1");
        assertThat(ok("--queue", "webhooks")).contains(id, "ready");
        assertThat(ok()).contains("paused");
        assertThat(delivered).isEmpty();

        assertThat(ok("resume", "webhooks")).isEqualTo("queue webhooks is resumed\n");

        Awaitility.await().untilAsserted(() -> assertThat(delivered).containsExactly("1"));
    }

    @Test
    void moreThanAreShownCanBeSearched() throws Exception {
        ok("pause", "webhooks");
        for (int i = 0; i < 101; i++) {
            post("{\"type\":\"other\"}");
        }
        String id = post("{\"type\":\"paid\"}");

        assertThat(ok("--queue", "webhooks").lines()).hasSize(102).last().isEqualTo("There may be more.");
        assertThat(ok("--queue", "webhooks", "--where", "json:/type=paid").lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith(id);
        assertThat(ok("--queue", "webhooks", "--where", "json:/type=none")).isEqualTo("There are no such jobs.\n");
        assertThat(ok("cancel", "--queue", "webhooks", "--state", "ready", "--where", "json:/type=other"))
                .isEqualTo("101 jobs taken back\n");
        assertThat(ok("clear", "webhooks")).isEqualTo("1 job taken back\n");
    }

    @Test
    void aQueueIsCleared() throws Exception {
        post("1");
        awaitDead(1);
        ok("pause", "webhooks");
        post("2");
        post("3");

        assertThat(ok("clear", "webhooks", "--dead")).isEqualTo("1 job taken back\n");
        assertThat(ok("--queue", "webhooks").lines()).hasSize(3);
        assertThat(ok("clear", "webhooks")).isEqualTo("2 jobs taken back\n");
        assertThat(ok("--queue", "webhooks")).isEqualTo("There are no such jobs.\n");
    }

    @Test
    void aPurgeInTheBackgroundIsAJobThatIsShown() {
        Result ordered = command(List.of("purge", "/products/**", "--background"));

        assertThat(ordered.code()).as(ordered.err()).isZero();
        assertThat(ordered.out()).matches("job (\\S+) \\(gateway jobs show \\1\\)\n");
        String job = ordered.out().split(" ")[1];
        Awaitility.await().untilAsserted(() -> assertThat(ok("show", job)).contains("completed"));
        assertThat(command(List.of("purge", "/products/**")).out()).isEqualTo("stored replies removed: 0\n");
    }

    @Test
    void mistakesAreNamed() {
        assertThat(run("--state", "ready").err())
                .contains("queue: missing (expected: one of webhooks, other, gateway)");
        assertThat(run("--queue", "nowhere").err()).contains("\"nowhere\" (expected: one of webhooks, other, gateway)");
        assertThat(run("--queue", "webhooks", "--state", "lost").err())
                .contains("state: \"lost\" (expected: one of ready, waiting, scheduled, running, dead)");
        assertThat(run("--queue", "webhooks", "--where", "type=paid").err()).contains("where: \"type=paid\"");
        assertThat(run("--queue", "webhooks", "--since", "soon").err()).contains("since: \"soon\"");
        assertThat(run("show", "1").err()).contains("job: \"1\" (expected: a UUID");
        assertThat(run("show", "0198c0de-1f2e-7a00-8000-000000000001").err()).contains("No queue has a job");
        assertThat(run("retry", "--queue", "webhooks").err()).contains("one of JOB and --state");
        assertThat(run("retry", "--queue", "webhooks").code()).isEqualTo(2);
        assertThat(run("retry", "--queue", "webhooks", "--state", "dead", "--rate", "0")
                        .err())
                .contains("rate: \"0\"");
        assertThat(run("pause", "nowhere").code()).isEqualTo(1);
    }
}
