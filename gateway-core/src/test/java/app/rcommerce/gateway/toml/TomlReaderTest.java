package app.rcommerce.gateway.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TomlReaderTest {

    @Test
    void everyValueKnowsItsPlace() {
        Node.Table root = whole("""
                a = "x"
                [t.u]
                  list = [ 1,
                    2.5, true ]
                [[r]]
                inline = { b = 1979-05-27 }
                """);

        Node.Table t = (Node.Table) root.entries().get("t");
        Node.Table u = (Node.Table) t.entries().get("u");
        assertThat(root.entries().get("a")).isEqualTo(new Node.Text(at(1, 1), "x"));
        assertThat(u.position()).isEqualTo(at(2, 1));
        assertThat(u.entries().get("list"))
                .isEqualTo(new Node.Array(
                        at(3, 3),
                        List.of(
                                new Node.Whole(at(3, 12), 1),
                                new Node.Decimal(at(4, 5), 2.5),
                                new Node.Flag(at(4, 10), true))));
        Node.Array r = (Node.Array) root.entries().get("r");
        Node.Table inline =
                (Node.Table) ((Node.Table) r.elements().getFirst()).entries().get("inline");
        assertThat(inline.entries().get("b")).isEqualTo(new Node.Moment(at(6, 12), "1979-05-27"));
    }

    @Test
    void everySyntaxErrorIsReportedInOrder() {
        assertThat(broken("a = 1\na = 2\n[x]\nb =\n"))
                .containsExactly(
                        new SyntaxError(at(2, 1), "a", "defined twice", "once; first at f.toml:1:1"),
                        new SyntaxError(at(4, 4), "", "unexpected end of line", "a value"));
    }

    @Test
    void noErrorQuotesMoreThanACharacter() {
        for (String text : List.of(
                "secret = hunter2",
                "secret = \"hunter2\\q\"",
                "secret = \"a\" hunter2",
                "secret = 'hunter2",
                "secret = 2020-01-01hunter2",
                "secret = 1hunter2",
                "secret = 1__2",
                "secret = \"\\ud800hunter2\"",
                "secret = truehunter2")) {
            assertThat(broken(text).toString()).doesNotContain("unter2");
        }
    }

    @Test
    void nestingIsBounded() {
        assertThat(broken("a = " + "[".repeat(50_000))).isNotEmpty();
        assertThat(broken("a = " + "[".repeat(40) + "]".repeat(40)))
                .extracting(SyntaxError::found)
                .containsExactly("nested too deeply");
        assertThat(broken("a" + ".a".repeat(40) + " = 1"))
                .extracting(SyntaxError::found)
                .containsExactly("nested too deeply");
    }

    private static Position at(int line, int column) {
        return new Position("f.toml", line, column);
    }

    private static Node.Table whole(String text) {
        Parsed parsed = TomlReader.parse("f.toml", text);
        assertThat(parsed).isInstanceOf(Parsed.Document.class);
        return ((Parsed.Document) parsed).root();
    }

    private static List<SyntaxError> broken(String text) {
        Parsed parsed = TomlReader.parse("f.toml", text);
        assertThat(parsed).isInstanceOf(Parsed.Broken.class);
        return ((Parsed.Broken) parsed).errors();
    }

    @Test
    void whatMakesTheParserFailIsASyntaxErrorToo() {
        assertThat(TomlReader.parse("f", "auth = \"req\\uired\"")).isInstanceOf(Parsed.Broken.class);
    }
}
