package app.rcommerce.gateway.config.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One file per mistake; its first lines say all that must be said about it. */
class BadSamplesTest {

    private static final Path FOLDER = Path.of("src/test/resources/config/bad");
    private static final String EXPECT = "# expect: ";

    static List<String> samples() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".toml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyMistakeIsNamedWithItsPlaceAndNothingElseIs(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        List<String> expected = Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(EXPECT))
                .map(line -> line.substring(EXPECT.length()))
                .toList();

        Result result = ConfigReader.read(file, variable -> null);

        assertThat(expected).isNotEmpty();
        assertThat(result).isInstanceOf(Result.Rejected.class);
        assertThat(((Result.Rejected) result).problems().stream().map(BadSamplesTest::withoutFolder))
                .containsExactlyElementsOf(expected)
                .noneMatch(problem -> problem.contains("hunter2"));
    }

    private static String withoutFolder(ConfigProblem problem) {
        return problem.toString()
                .replace(FOLDER + "/included/../", "")
                .replace(FOLDER + "/included/", "")
                .replace(FOLDER + "/", "");
    }
}
