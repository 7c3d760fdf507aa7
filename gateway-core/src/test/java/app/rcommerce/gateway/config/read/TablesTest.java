package app.rcommerce.gateway.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.effective.EffectiveConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.toml.Node;
import app.rcommerce.gateway.toml.Parsed;
import app.rcommerce.gateway.toml.TomlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TablesTest {

    /** A table's header, or one in a comment. */
    private static final Pattern HEADER = Pattern.compile("^(?:# )?(\\[\\[?)([a-z0-9_.]+)]");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "'', the file itself",
        "server.admin, [server.admin]",
        "limits.flood, [limits.NAME]",
        "limits.flood.when, [limits.NAME.when]",
        "routes[3], [[routes]]",
        "routes.products, [[routes]]",
        "routes.products.cache, cache of [[routes]]",
        "routes[3].cache, cache of [[routes]]",
        "auth.api_keys[0], [[auth.api_keys]]",
        "access.bans.probing, [[access.bans]]",
        "server.listen[0], listen of [server]",
        "server.tls.certificates[1], certificates of [server.tls]",
    })
    void everyTableHasANameForMessages(String path, String name) {
        assertThat(Tables.called(path)).isEqualTo(name);
    }

    static Stream<Map.Entry<String, Set<String>>> tables() {
        return Tables.keys().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyKeyThatIsListedIsRead(Map.Entry<String, Set<String>> table) throws IOException {
        Vocabulary foreign = new Vocabulary();
        for (String key : table.getValue()) {
            String head = table.getKey();
            int of = head.indexOf(" of ");
            String text = head.startsWith("the file")
                    ? key + " = 1"
                    : of < 0
                            ? head + "\n" + key + " = 1"
                            : head.substring(of + 4) + "\n" + head.substring(0, of) + " = "
                                    + (head.endsWith("[[routes]]") ? "{ " + key + " = 1 }" : "[{ " + key + " = 1 }]");
            Path file = Files.writeString(folder.resolve("one.toml"), text);

            List<ConfigProblem> problems =
                    ((ConfigReader.Result.Rejected) ConfigReader.read(file, name -> null)).problems();

            assertThat(problems)
                    .as(text)
                    .extracting(ConfigProblem::value)
                    .doesNotContain("unknown key", "not supported");
            assertThat(foreign.contains(key, "")).as(key).isFalse();
        }
    }

    @Test
    void everyKeyOfTheReferenceIsListed() throws IOException {
        for (String name : List.of("gateway.toml", "routes.toml", "production.toml", "development.toml")) {
            Parsed parsed = TomlReader.parse(name, Files.readString(Path.of("../config", name)));
            check("", ((Parsed.Document) parsed).root());
        }
    }

    /** The other way round: what can be configured stands in the reference, where it has no default in a comment. */
    @Test
    void everyListedKeyStandsInTheReference() throws IOException {
        Map<String, StringBuilder> sections = new HashMap<>();
        Set<String> headers = new TreeSet<>();
        StringBuilder all = new StringBuilder();
        for (String name : List.of("gateway.toml", "routes.toml")) {
            String table = "";
            for (String line : Files.readAllLines(Path.of("../config", name))) {
                Matcher header = HEADER.matcher(line);
                if (header.find()) {
                    table = header.group(2);
                    headers.add(table);
                    table = header.group(1).equals("[[") ? table + "[0]" : table;
                }
                sections.computeIfAbsent(Tables.called(table), text -> new StringBuilder())
                        .append(line)
                        .append('\n');
                all.append(line).append('\n');
            }
        }
        List<String> missing = new ArrayList<>();
        Tables.keys().forEach((table, keys) -> {
            String inline = table.replaceFirst(
                    "^\\[?(?:(?:limits|queues)\\.NAME\\.)?(\\w+)(?:]| of \\[{1,2}[a-z.]+]{1,2})$", "$1");
            String text = inline.matches("\\w+") && !sections.containsKey(table)
                    ? String.join(
                            "\n",
                            Pattern.compile("\\b" + inline + " = \\[?\\{(.*)}")
                                    .matcher(all)
                                    .results()
                                    .map(found -> found.group(1))
                                    .toList())
                    : String.valueOf(sections.get(table));
            String path = table.startsWith("the file") ? "" : table.replaceAll("[\\[\\]]", "") + ".";
            for (String key : keys) {
                boolean isTable = headers.stream()
                        .anyMatch(header -> header.equals(path + key) || header.startsWith(path + key + "."));
                boolean isKey =
                        Pattern.compile("\\b" + key + " = ").matcher(text).find();
                if (!isTable && !isKey && !(key.matches("when|ban") && all.indexOf(key + " = {") >= 0)) {
                    missing.add(table + " " + key);
                }
            }
        });
        assertThat(headers).hasSizeGreaterThan(12);
        assertThat(missing).isEmpty();
    }

    /** Whoever adds a key lets it be seen among the settings in force, and gives it a value in the full sample. */
    @Test
    void everyListedKeyIsShownAmongTheSettingsInForce() {
        ConfigReader.Result read = ConfigReader.read(Path.of("src/test/resources/config/good/full.toml"), name -> null);
        String toml =
                EffectiveConfig.of(((ConfigReader.Result.Loaded) read).config()).toml();
        Map<String, Set<String>> shown = new HashMap<>();
        collect("", ((Parsed.Document) TomlReader.parse("shown", toml)).root(), shown);

        List<String> missing = new ArrayList<>();
        Tables.keys()
                .forEach((table, keys) -> keys.stream()
                        .filter(key -> !shown.getOrDefault(table, Set.of()).contains(key))
                        .forEach(key -> missing.add(table + " " + key)));

        // Included files are part of the one text, and a single host is one of hosts; what a route keeps of its topics
        // is the history of each; a cookie carries the session; queues in Redis have no journal.
        assertThat(missing)
                .containsExactlyInAnyOrder(
                        "the file itself include",
                        "[[routes]] host",
                        "[[routes]] history",
                        "[auth.session] header",
                        "[queues.NAME] journal");
    }

    private static void collect(String path, Node.Table table, Map<String, Set<String>> keys) {
        keys.computeIfAbsent(Tables.called(path), name -> new TreeSet<>())
                .addAll(table.entries().keySet());
        table.entries().forEach((key, node) -> {
            String below = path.isEmpty() ? key : path + "." + key;
            if (node instanceof Node.Table one) {
                collect(below, one, keys);
            } else if (node instanceof Node.Array array) {
                array.elements().stream()
                        .filter(Node.Table.class::isInstance)
                        .forEach(one -> collect(below + "[0]", (Node.Table) one, keys));
            }
        });
    }

    private static void check(String path, Node.Table table) {
        if (!path.matches("limits|upstreams|queues")) {
            assertThat(Tables.keys().get(Tables.called(path)))
                    .as(path)
                    .containsAll(new TreeSet<>(table.entries().keySet()));
        }
        table.entries().forEach((key, node) -> {
            String below = path.isEmpty() ? key : path + "." + key;
            if (node instanceof Node.Table one) {
                check(below, one);
            } else if (node instanceof Node.Array array) {
                array.elements().stream()
                        .filter(Node.Table.class::isInstance)
                        .forEach(one -> check(below + "[0]", (Node.Table) one));
            }
        });
    }
}
