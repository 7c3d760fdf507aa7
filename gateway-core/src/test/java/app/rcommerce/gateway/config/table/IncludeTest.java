package app.rcommerce.gateway.config.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import app.rcommerce.gateway.route.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncludeTest {

    private static final String ROUTE = "[[routes]]\nname = \"%s\"\npath = \"/%s/**\"\nupstream = \"u\"\n";

    @TempDir
    Path folder;

    @Test
    void filesAreReadRelativeToTheOneThatNamesThemAndPutTogether() throws IOException {
        Path main = write("gateway.toml", """
                include = ["routes/${STAGE}.toml"]
                [server]
                workers = 2
                """ + ROUTE.formatted("main", "main"));
        write("routes/test.toml", "include = [\"../upstreams.toml\"]\n" + ROUTE.formatted("test", "test"));
        write("upstreams.toml", """
                [server]
                access_log = false
                [upstreams.u]
                servers = ["http://h"]
                """ + ROUTE.formatted("last", "last"));

        Result result = ConfigReader.read(main, Map.of("STAGE", "test")::get);

        assertThat(result).isInstanceOf(Result.Loaded.class);
        GatewayConfig config = ((Result.Loaded) result).config();
        assertThat(config.files()).hasSize(3).first().isEqualTo(main);
        assertThat(config.routes()).extracting(Route::name).containsExactly("main", "test", "last");
        assertThat(config.server().workers()).isEqualTo(2);
        assertThat(config.server().accessLog()).isFalse();
    }

    @Test
    void aNameOfAnotherFileIsNamedWithBothPlaces() throws IOException {
        Path main =
                write("gateway.toml", "include = [\"a.toml\", \"b.toml\"]\n[upstreams.u]\nservers = [\"http://h\"]\n");
        Path a = write("a.toml", ROUTE.formatted("same", "a"));
        Path b = write("b.toml", ROUTE.formatted("same", "b") + "[upstreams.u]\nservers = [\"http://other\"]\n");

        Result result = ConfigReader.read(main, variable -> null);

        assertThat(((Result.Rejected) result).problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        b + ":2:1: routes.same.name: \"same\" (expected: a name of its own; first at " + a + ":2:1)",
                        b + ":5:1: upstreams.u: defined twice (expected: once; first at " + main + ":2:1)");
    }

    @Test
    void problemsAreInTheOrderOfFilesAndLines() throws IOException {
        Path main = write("z.toml", "include = [\"a.toml\"]\n[access]\nx = 1\n[server]\nworkers = -1\n");
        Path other =
                write("a.toml", "[upstreams.u]\nservers = [\"http://h\"]\n" + ROUTE.formatted("r", "r") + "y = 1\n");

        Result result = ConfigReader.read(main, variable -> null);

        assertThat(((Result.Rejected) result).problems())
                .extracting(problem -> problem.file() + ":" + problem.line())
                .containsExactly(main + ":3", main + ":5", other + ":7");
    }

    @Test
    void aByteOrderMarkIsNoMistake() throws IOException {
        Path main =
                write("gateway.toml", "\uFEFF[upstreams.u]\nservers = [\"http://h\"]\n" + ROUTE.formatted("r", "r"));

        assertThat(ConfigReader.read(main, variable -> null)).isInstanceOf(Result.Loaded.class);
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
