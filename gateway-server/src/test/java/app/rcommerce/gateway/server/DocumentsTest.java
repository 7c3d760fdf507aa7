package app.rcommerce.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.cli.GatewayCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents beside the code: their links, and the table of commands. */
class DocumentsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+?)\\s*#*");
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\| `gateway ([a-z-]+)` \\| ([^|]*)\\|");
    private static final Pattern REQUEST = Pattern.compile("(?m)^\\| `([A-Z]+ /[^` ]*)` \\|");

    private static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.list(ROOT.resolve("docs"));
                Stream<Path> benchmarks = Files.list(ROOT.resolve("benchmarks"))) {
            return Stream.of(root, docs, benchmarks)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    /** The lines of a document without its blocks of code. */
    private static List<String> prose(Path document) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readAllLines(document, UTF_8)) {
            boolean fence = line.strip().startsWith("```");
            if (!fence && !code) {
                lines.add(line);
            }
            code = fence != code;
        }
        return lines;
    }

    /** The anchors that GitHub gives to the headings of a document. */
    static Set<String> anchors(List<String> lines) {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> times = new HashMap<>();
        for (String line : lines) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = heading.group(1)
                        .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                int before = times.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return anchors;
    }

    @Test
    void noLinkIsDead() throws IOException {
        List<String> dead = new ArrayList<>();
        int found = 0;
        for (Path document : documents()) {
            String text = String.join("\n", prose(document)).replaceAll("`[^`\n]*`", "x");
            Matcher link = LINK.matcher(text);
            while (link.find()) {
                String target = link.group(1);
                if (target.matches("[a-z]+:.*")) {
                    continue;
                }
                found++;
                int hash = target.indexOf('#');
                String file = hash < 0 ? target : target.substring(0, hash);
                Path meant = file.isEmpty() ? document : document.resolveSibling(file);
                boolean isThere = Files.exists(meant)
                        && (hash < 0 || anchors(prose(meant)).contains(target.substring(hash + 1)));
                if (!isThere) {
                    dead.add(document + ": " + target);
                }
            }
        }
        assertThat(found).as("links looked at").isGreaterThan(20);
        assertThat(dead).isEmpty();
    }

    /** Messages about keys that other gateways have point there. */
    @Test
    void whatMessagesPointToStandsInTheReadme() throws IOException {
        assertThat(Files.readString(ROOT.resolve("README.md"), UTF_8)).contains("**What it does not do today**");
        assertThat(Files.readString(
                        ROOT.resolve("gateway-core/src/test/resources/config/bad/unknown-misplaced.toml"), UTF_8))
                .contains("not supported (see \"What it does not do today\" in README.md)");
    }

    @Test
    void anchorsAreThoseOfGitHub() {
        assertThat(anchors(List.of("# The `admin` port, again", "## A B", "## A B", "no heading")))
                .containsExactlyInAnyOrder("the-admin-port-again", "a-b", "a-b-1");
    }

    @Test
    void theTableOfCommandsHasEachWithRequestsThatThereAre() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/ADMIN.md"), UTF_8);
        Map<String, String> documented = new LinkedHashMap<>();
        Matcher row = COMMAND.matcher(text);
        while (row.find()) {
            documented.put(row.group(1), row.group(2));
        }
        Set<String> commands = GatewayCommand.line(List.of(new RunCommand(), new DemoCommand(), new TrainCommand()))
                .getSubcommands()
                .keySet();
        assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(commands);

        Set<String> requests =
                REQUEST.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
        documented.forEach((command, cell) -> {
            for (String request : cell.split(",")) {
                if (!request.isBlank()) {
                    assertThat(requests)
                            .as(command)
                            .contains(request.replace("`", "").strip());
                }
            }
        });
    }
}
