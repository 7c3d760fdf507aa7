package app.rcommerce.gateway.config.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFuzzTest {

    private static final List<String> PIECES = List.of(
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ".",
            ",",
            "\"",
            "'",
            "\"\"\"",
            "\n",
            "#",
            "${",
            "${X}",
            "$${",
            "\\",
            "\\u0000",
            "-1",
            "0",
            "1e400",
            "9223372036854775808",
            "nan",
            "true",
            "2020-01-01T00:00:00Z",
            "\0",
            "é",
            "\uFEFF",
            "include",
            "server",
            "limits",
            "routes",
            "[limits]",
            "[[limits]]",
            "[routes]",
            "[[upstreams]]",
            "[]",
            "{}");

    @TempDir
    Path folder;

    @Test
    void noMutationOfAConfigurationMakesTheReaderThrow() throws IOException {
        long seed = Long.getLong("fuzz.seed", 20_260_101L);
        Random random = new Random(seed);
        String valid = Files.readString(Path.of("src/test/resources/config/good/gateway.toml"));
        String redis = Files.readString(Path.of("../config/gateway.toml"))
                + Files.readString(Path.of("../config/routes.toml"));
        Files.writeString(folder.resolve("routes.toml"), "");
        Path file = folder.resolve("gateway.toml");
        int rounds = Integer.getInteger("fuzz.rounds", 600);
        for (int round = 0; round < rounds; round++) {
            String text = random.nextInt(3) == 0 ? redis : valid;
            int mutations = 1 + random.nextInt(4);
            for (int i = 0; i < mutations; i++) {
                text = mutated(text, random);
            }
            byte[] bytes =
                    text.getBytes(random.nextInt(20) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            Files.write(file, bytes);
            Result result;
            try {
                result = ConfigReader.read(file, variable -> variable.length() > 3 ? null : "value");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ":\n" + text, e);
            }
            if (result instanceof Result.Rejected(List<ConfigProblem> problems, var sources)) {
                assertThat(problems).as("seed %d, round %d", seed, round).isNotEmpty();
                assertThat(problems).extracting(ConfigProblem::toString).noneMatch(line -> line.contains("\n"));
            }
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        int at = random.nextInt(out.length());
        int end = Math.min(out.length(), at + 1 + random.nextInt(12));
        switch (random.nextInt(6)) {
            case 0 -> out.delete(at, end);
            case 1 -> out.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            case 2 -> out.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
            case 3 -> out.setCharAt(at, (char) random.nextInt(128));
            case 4 -> out.insert(random.nextInt(out.length()), out.substring(at, end));
            default -> replaceValue(out, at, PIECES.get(random.nextInt(PIECES.size())));
        }
        return out.isEmpty() ? " " : out.toString();
    }

    /** Mutations that stay TOML reach deeper. */
    private static void replaceValue(StringBuilder out, int from, String piece) {
        int equals = out.indexOf("=", from);
        int end = equals < 0 ? -1 : out.indexOf("\n", equals);
        if (end > 0) {
            out.replace(
                    equals + 1, end, " " + (Character.isLetterOrDigit(piece.charAt(0)) ? piece : "'" + piece + "'"));
        }
    }
}
