package app.rcommerce.gateway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {

    private static final String ROUTE = """
            [upstreams.u]
            servers = ["http://%s"]
            [[routes]]
            name = "r"
            path = "/**"
            upstream = "u"
            """;
    private static final String UNUSED = """
            [limits.unused]
            key = "ip"
            rates = ["5/minute"]
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = GatewayCommand.line(List.of());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    private String file(String toml) throws IOException {
        return Files.writeString(folder.resolve("gateway.toml"), toml).toString();
    }

    @Test
    void warningsDoNotFailUnlessTheyShall() throws IOException {
        String file = file(ROUTE.formatted("127.0.0.1") + UNUSED);

        assertThat(run("check", file)).isZero();
        assertThat(out.toString()).startsWith("NAME").contains("/**");
        assertThat(err).hasToString(file + ":7:1: warning: limits.unused: no route names it\n");
        assertThat(run("check", "--strict", file)).isEqualTo(1);
        assertThat(out.toString()).startsWith("NAME");
        assertThat(err.toString()).contains("warning: limits.unused");
    }

    @Test
    void withoutWarningsStrictIsNoStricter() throws IOException {
        assertThat(run("check", "--strict", file(ROUTE.formatted("localhost")))).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void problemsFailAndNothingIsWarnedOf() throws IOException {
        assertThat(run("check", file("[server]\nworkers = -1\n" + ROUTE.formatted("nowhere.invalid") + UNUSED)))
                .isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("server.workers: -1").doesNotContain("warning");
    }

    @Test
    void hostsThatDoNotResolveAreWarnedOf() throws IOException {
        String file = file(ROUTE.formatted("nowhere.invalid:8081\", \"http://localhost\", \"http://127.0.0.1"));

        assertThat(run("check", "--strict", file)).isEqualTo(1);
        assertThat(err)
                .hasToString(
                        file + ":2:12: warning: upstreams.u.servers[0]: the host \"nowhere.invalid\" does not resolve"
                                + " here\n");
        assertThat(run("check", "--strict", "--offline", file)).isZero();
        assertThat(err.toString()).isEmpty();
    }
}
