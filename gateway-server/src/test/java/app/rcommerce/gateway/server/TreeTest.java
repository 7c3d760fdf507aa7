package app.rcommerce.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How large the packages and the source files of core and server may be. */
class TreeTest {

    private static final Path BASE = Path.of("src/main/java/app/rcommerce/gateway");

    private static final List<Path> ROOTS = List.of(
            Path.of("../gateway-core").resolve(BASE),
            Path.of("../gateway-server").resolve(BASE));

    private static final int MOST_FILES = 15;
    private static final int MOST_LINES = 1_500;
    private static final int MOST_LINES_OF_A_FILE = 400;

    /** Packages that may have more files or more lines, beneath the base package, and why. */
    private static final Map<String, String> LARGE_PACKAGES = Map.of(
            "server/redis/store", "one class a store, and the two stores of limits alone are nearly a third of it",
            "server/admin", "a page of lines more: one method for each of thirty requests",
            "server/admin/operations", "a page of lines more: one method and one record for each of thirty requests");

    /** A package's size in files, {@code package-info.java} among them, and in lines. */
    private record Size(int files, long lines) {

        Size and(long more) {
            return new Size(files + 1, lines + more);
        }

        boolean isTooLarge() {
            return files > MOST_FILES || lines > MOST_LINES;
        }
    }

    /** The lines of every source file by its path beneath the base package. */
    private static Map<String, Long> lines() throws IOException {
        Map<String, Long> lines = new TreeMap<>();
        for (Path root : ROOTS) {
            try (Stream<Path> tree = Files.walk(root)) {
                for (Path file :
                        tree.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = root.relativize(file).toString().replace('\\', '/');
                    lines.put(name, (long) Files.readAllLines(file, UTF_8).size());
                }
            }
        }
        return lines;
    }

    private static Map<String, Size> sizes() throws IOException {
        Map<String, Size> sizes = new TreeMap<>();
        lines().forEach((name, lines) -> sizes.merge(
                name.substring(0, name.lastIndexOf('/')),
                new Size(1, lines),
                (before, one) -> before.and(one.lines())));
        return sizes;
    }

    @Test
    void aPackageIsSmallEnoughToBeReadAsAWhole() throws IOException {
        Map<String, Size> sizes = sizes();
        List<String> tooLarge = new ArrayList<>();
        sizes.forEach((name, size) -> {
            if (size.isTooLarge() && !LARGE_PACKAGES.containsKey(name)) {
                tooLarge.add(name + ": " + size);
            }
        });
        assertThat(sizes).as("packages of core and server").containsKeys("limit", "server/exchange");
        assertThat(tooLarge)
                .as("packages of more than %d files or %d lines", MOST_FILES, MOST_LINES)
                .isEmpty();
    }

    @Test
    void aFileIsSmallEnoughToBeReadAsAWhole() throws IOException {
        List<String> tooLong = new ArrayList<>();
        lines().forEach((name, lines) -> {
            if (lines > MOST_LINES_OF_A_FILE) {
                tooLong.add(name + ": " + lines);
            }
        });
        assertThat(tooLong)
                .as("files of more than %d lines", MOST_LINES_OF_A_FILE)
                .isEmpty();
    }

    @Test
    void everyExceptionIsNeededAndSaysWhy() throws IOException {
        Map<String, Size> sizes = sizes();
        assertThat(LARGE_PACKAGES).allSatisfy((name, reason) -> {
            assertThat(sizes).as("packages of core and server").containsKey(name);
            assertThat(sizes.get(name).isTooLarge())
                    .as("%s is larger than a package may be", name)
                    .isTrue();
            assertThat(reason).as("why %s is", name).isNotBlank();
        });
    }
}
