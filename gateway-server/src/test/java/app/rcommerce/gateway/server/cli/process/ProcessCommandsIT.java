package app.rcommerce.gateway.server.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.RouteTable;
import app.rcommerce.gateway.config.effective.EffectiveConfig;
import app.rcommerce.gateway.server.admin.RunningAdmin;
import app.rcommerce.gateway.server.cli.GatewayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands about the process and its configuration, against an admin port. */
class ProcessCommandsIT {

    private final RunningAdmin admin = new RunningAdmin(RunningAdmin.TOKEN.replace(' ', '-'));
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        admin.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = GatewayCommand.line(List.of());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--admin", admin.url(), "--token", RunningAdmin.TOKEN.replace(' ', '-')));
        return line.execute(all.toArray(String[]::new));
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("gateway.toml"), text).toString();
    }

    @Test
    void routesAreListedAsCheckListsThem() {
        assertThat(run("routes")).isZero();
        assertThat(out).hasToString(RouteTable.of(admin.config));
        assertThat(run("routes", "--json")).isZero();
        assertThat(out.toString()).startsWith("{\"routes\":[{\"name\":\"products\"");
    }

    @Test
    void theConfigurationInForceIsPrintedAsToml() {
        assertThat(run("config")).isZero();
        assertThat(out.toString())
                .startsWith("# in force since 2026-01-01T00:00:00Z, hash "
                        + EffectiveConfig.of(admin.config).hash())
                .endsWith(EffectiveConfig.of(admin.config).toml());
        assertThat(run("config", "--json")).isZero();
        assertThat(out.toString()).startsWith("{\"hash\":");
    }

    @Test
    void theLogLevelIsSetForAllOrForOneLogger() {
        assertThat(run("log-level", "debug")).isZero();
        assertThat(out).hasToString("the log level of all loggers is debug until the next reload or restart\n");
        assertThat(run("log-level", "app.rcommerce.gateway.server.redis", "trace"))
                .isZero();
        assertThat(admin.levels).containsExactly("=DEBUG", "app.rcommerce.gateway.server.redis=TRACE");
        assertThat(run("log-level", "loud")).isEqualTo(1);
        assertThat(err.toString()).contains("level: \"loud\" (expected: error, warn, info, debug or trace)");
        assertThat(run("log-level")).isEqualTo(2);
        assertThat(run("log-level", "a", "b", "debug")).isEqualTo(2);
    }

    @Test
    void statusNamesTheHash() {
        assertThat(run("status")).isZero();
        assertThat(out.toString())
                .containsPattern(
                        "config hash +" + EffectiveConfig.of(admin.config).hash());
    }

    @Test
    void theFileThatRunsHasNoDifference() throws IOException {
        assertThat(run("config", "--diff", file(RunningAdmin.CONFIG))).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatDiffersIsNamedAndASecretIsNotTold() throws IOException {
        String other = RunningAdmin.CONFIG
                .replace("a development secret of", "another development secret of")
                .replace("500/minute", "501/minute");

        assertThat(run("config", "--diff", file(other))).isEqualTo(1);
        assertThat(out)
                .hasToString("auth.jwt.secret (runs another secret than the file says)\n"
                        + "limits.user.rates (runs [\"500/minute\"], file says [\"501/minute\"])\n");
        assertThat(run("config", "--json", "--diff", file(other))).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("{\"differences\":[{\"key\":\"auth.jwt.secret\",\"runs\":\"\\\"(secret)\\\"\"")
                .doesNotContain("development");
    }

    @Test
    void aFileThatDoesNotCheckIsNoDifference() throws IOException {
        assertThat(run("config", "--diff", file("[server]\nworkers = -1\n"))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("server.workers: -1");
    }

    @Test
    void aGatewayThatCannotBeAskedIsNoDifference() throws IOException {
        String file = file(RunningAdmin.CONFIG);
        admin.close();

        assertThat(run("config", "--diff", file)).isEqualTo(2);
        assertThat(err.toString()).startsWith("config: cannot connect to ");
    }
}
