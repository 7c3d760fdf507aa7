package app.rcommerce.gateway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GatewayCommandTest {

    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = GatewayCommand.line(List.of());
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "chek, check",
        "blokcs, blocks",
        "statsu, status",
        "unblok, unblock",
        "relaod, reload",
        "Check, check",
        "validate, check",
        "ban, block"
    })
    void aCommandThatDoesNotExistIsToldWhatWasProbablyMeant(String typed, String meant) {
        assertThat(run(typed, "x")).isEqualTo(2);
        assertThat(err)
                .hasToString("gateway: unknown command \"" + typed
                        + "\" (expected: one of check, status, block, unblock,"
                        + " blocks, revoke, restore, sessions, sockets, limits, reset, why, purge, topics, publish, jobs, reload, routes, config, log-level; did you mean \""
                        + meant + "\"?)\n");
    }

    @Test
    void whereNothingIsNearTheCommandsAreListed() {
        assertThat(run("frobnicate")).isEqualTo(2);
        assertThat(err.toString()).contains("expected: one of check, status,").doesNotContain("did you mean");
    }

    @ParameterizedTest
    @CsvSource({
        "sockets close, one of ID and --user",
        "sockets --user ana --address 203.0.113.9, both --user and --address",
        "sessions end, one of SESSION and --user",
        "jobs retry, one of JOB and --state",
        "jobs cancel --queue webhooks, one of JOB and --state",
        "purge, PATTERN: missing"
    })
    void whatDoesNotSayWhatIsMeantIsWrongUsage(String typed, String told) {
        assertThat(run(typed.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith(told).contains("Usage: gateway " + typed.split(" -")[0]);
    }

    @Test
    void aFailureNamesTheWholeCommand() {
        assertThat(run("jobs", "clear", "webhooks", "--admin", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("jobs clear: cannot connect to http://127.0.0.1:1");
    }

    @Test
    void otherMistakesAreToldAsEver() {
        assertThat(run("check", "--strcit", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--strcit").contains("--strict");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("command: missing");
    }
}
