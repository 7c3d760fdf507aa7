package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.token.TokenRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The chapter on credentials says of every field of a request what the code does with it. */
class CredentialsChapterTest {

    private static final Pattern CODE = Pattern.compile("`([A-Za-z0-9_-]+)`");

    private final String chapter = read();

    private static String read() {
        try {
            return Files.readString(Path.of("../docs/CREDENTIALS.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The names in code that stand in the first columns, or in the row that begins like this, in lower case. */
    private Set<String> row(String start) {
        List<String> rows =
                chapter.lines().filter(line -> line.startsWith(start)).toList();
        assertThat(rows).as(start).hasSize(1);
        return names(rows.getFirst());
    }

    private static Set<String> names(String text) {
        return CODE.matcher(text)
                .results()
                .map(result -> result.group(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFieldThatTheGatewaySetsIsThere() {
        String set = chapter.substring(chapter.indexOf("## What goes upstream"), chapter.indexOf("An upstream that"));
        Set<String> first = set.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> names(line.substring(0, line.indexOf('|', 1))).stream())
                .collect(Collectors.toCollection(TreeSet::new));

        first.remove("host");
        assertThat(first).isEqualTo(new TreeSet<>(FieldClasses.SET_BY_US));
    }

    @Test
    void everyFieldThatIsDroppedIsThere() {
        assertThat(row("| everybody's |")).isEqualTo(new TreeSet<>(FieldClasses.DROPPED));
        assertThat(row("| of one connection |")).isEqualTo(new TreeSet<>(FieldClasses.HOP_BY_HOP));
        assertThat(row("| strangers', about the address")).isEqualTo(new TreeSet<>(FieldClasses.ADDRESS_CLAIMS));
        assertThat(row("| strangers', about themselves |")).isEqualTo(new TreeSet<>(FieldClasses.CLIENT_CLAIMS));
        assertThat(row("| everybody's, spelled with underscores |"))
                .allMatch(FieldClasses::isAlias)
                .hasSize(2);
    }

    @Test
    void theDefaultOfTheScopesIsThere() {
        String written = TokenRules.SCOPE_CLAIMS.stream()
                .map(name -> '"' + name + '"')
                .collect(Collectors.joining(", ", "`scope_claims = [", "]` is the default"));
        assertThat(chapter).contains(written);
    }

    @Test
    void everyCodeOfARefusedCredentialIsThere() throws IOException {
        String code = Files.readString(Path.of("src/main/java/app/rcommerce/gateway/policy/auth/Challenge.java"));
        Set<String> codes = Pattern.compile("\"([A-Z]+(_[A-Z]+)*)\"")
                .matcher(code)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(codes)
                .hasSizeGreaterThan(5)
                .allSatisfy(one -> assertThat(chapter).contains("`" + one + "`"));
    }
}
