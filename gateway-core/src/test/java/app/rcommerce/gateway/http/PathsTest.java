package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {

    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");
    /** What paths are made of that somebody reads in two ways. */
    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        ".",
        "..",
        "%2e",
        "%2E",
        "%2f",
        "%2F",
        "%5c",
        "%25",
        "%00",
        "%7e",
        "%zz",
        "%",
        "a",
        "b",
        "~",
        ";",
        ";x=1",
        "?",
        "#",
        "\\",
        "|",
        "\"",
        " ",
        "%20",
        "\t",
        "\u007f",
        "\u00e9",
        "%c3%a9",
        "http://",
        "HTTPS://h",
        "*",
        ":",
        "@",
        "%3b",
        "\uff11"
    };

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a, /a",
        "/a/, /a/",
        "/a//b, /a/b",
        "//a, /a",
        "/a/b//, /a/b/",
        "/./a, /a",
        "/a/./b, /a/b",
        "/a/., /a/",
        "/a/b/.., /a/",
        "/a/b/../, /a/",
        "/a/.., /",
        "/a/../b, /b",
        "/a/b/../../c, /c",
        "/%2e%2e/a, ",
        "/a/%2e%2E/b, /b",
        "/a/%2e/b, /a/b",
        "/.., ",
        "/a/../.., ",
        "/a/../../b, ",
        "/...,/...",
        "/.well-known/x, /.well-known/x",
        "/a.b/..c/d.., /a.b/..c/d..",
        "/%7euser, /~user",
        "/%41%2d%5f, /A-_",
        "/caf%c3%a9, /caf%C3%A9",
        "/a%2fb, /a%2Fb",
        "/a%252e, /a%252e",
        "/a|b, /a%7Cb",
        "/{id}, /%7Bid%7D",
        "/a:b@c, /a:b@c",
        "/a;v=1/b, /a;v=1/b",
    })
    void aPathHasOneNormalForm(String path, String normal) {
        Target target = Paths.parse(path);
        assertThat(target == null ? null : target.path()).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "?a",
                "/%",
                "/%2",
                "/%zz",
                "/%g0",
                "/%00",
                "/%1f",
                "/%0d%0a",
                "/%7f",
                "/a\\b",
                "/a b",
                "/a\tb",
                "/a\u0000",
                "/a#b",
                "/\u00e9",
                "/%\uff12\uff10",
                "/..%2fa",
                "/a/..%2F..%2Fb",
                "/a%2f..",
                "/.%2fa",
                "/..%5ca",
                "/..;%2fa",
                "ftp://h/a",
                "/a?b#c",
                "/a?b c",
                "/a?\u0001",
                "/a?\u00e9",
                "http:/a",
                "http://h#f",
                "http://h#/a"
            })
    void whatCouldBeReadInTwoWaysIsRefused(String path) {
        assertThat(Paths.parse(path)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..;/a", "/a/..;x=1/b", "/.;/a", "/a/..;", "/%2e%2e;/a", "/a/%2e.;jsessionid=1/b"})
    void dotSegmentsWithParametersAreRefusedSinceSomeServersCutTheParametersFirst(String path) {
        assertThat(Paths.parse(path)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http://h, /, h",
        "http://h/, /, h",
        "http://h:81/a/../b, /b, h:81",
        "HTTP://h/a, /a, h",
        "https://[::1]:8/a?b, /a?b, [::1]:8",
        "http://h?x=/y, /?x=/y, h",
        "http:///a, /a, ''",
    })
    void theAbsoluteFormNamesAnAuthority(String target, String normal, String authority) {
        assertThat(Paths.parse(target)).hasToString(normal);
        assertThat(Paths.authority(target)).isEqualTo(authority);
    }

    @Test
    void theQueryStaysAsItWasSent() {
        assertThat(Paths.parse("/a//b?x=%2e%2E//../[1]|\"")).isEqualTo(new Target("/a/b", "x=%2e%2E//../[1]|\""));
        assertThat(Paths.parse("/a?")).isEqualTo(new Target("/a", ""));
        assertThat(Paths.authority("/a?http://h/")).isNull();
    }

    @Test
    void aPlainPathIsNotCopied() {
        String path = "/api/v1/products/42";
        assertThat(Paths.parse(path).path()).isSameAs(path);
    }

    @Test
    void whateverIsAcceptedIsNormal() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(10) == 0 ? "" : "/");
            for (int pieces = random.nextInt(9); pieces > 0; pieces--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            Target target = Paths.parse(text.toString());
            if (target != null) {
                accepted++;
                assertNormal(target, "seed " + seed + ": " + text);
            }
        }
        assertThat(accepted).isGreaterThan(10_000);
    }

    private static void assertNormal(Target target, String what) {
        String path = target.path();
        assertThat(Paths.parse(path)).as(what).isEqualTo(new Target(path, null));
        assertThat(Paths.parse(target.toString())).as(what).isEqualTo(target);
        assertThat(path).as(what).startsWith("/").doesNotContain("//");
        assertThat(target.toString().chars()).as(what).allMatch(c -> c > ' ' && c < 0x7f && c != '#');
        assertThat(path).as(what).doesNotContain("\\", "%00", "%0", "%1", "%2E", "%7E", "%7F");
        for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 3)) {
            assertThat(path.substring(at, Math.min(path.length(), at + 3)))
                    .as(what)
                    .matches(ESCAPE);
        }
        // However often a server decodes slashes and cuts parameters, no dot segment comes out.
        for (String segment : path.split("/|%2F|%5C")) {
            assertThat(segment.replaceFirst(";.*", "")).as(what).isNotIn(".", "..");
        }
    }
}
