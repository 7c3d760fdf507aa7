package app.rcommerce.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/**, /, true",
        "/**, /a/b, true",
        "/, /, true",
        "/, /a, false",
        "/a, /a, true",
        "/a, /a/, true",
        "/a/, /a/, true",
        "/a/, /a, true",
        "/a/, /a/b, false",
        "/a, /a//, false",
        "/{x}, /a/, true",
        "/a/**, /a, true",
        "/a/**, /a/, true",
        "/a/**, /ab, false",
        "/a/{x}/c, /a/b/c, true",
        "/a/{x}/c, /a//c, false",
        "/a/{x}/c, /a/b/d, false",
        "/a/{x}/**, /a, false",
        "/a/{x}/**, /a/b, true",
        "/a%2Fb, /a%2Fb, true",
        "/a.b, /aXb, false",
        "/{x}, /, false",
    })
    void aPatternMatchesWholeSegments(String pattern, String path, boolean matches) {
        assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/**, /, true",
        "/**, /a/{x}, true",
        "/a, /a/, true",
        "/a, /a/**, true",
        "/a, /a/{x}, false",
        "/a/, /a/{x}, false",
        "/a/{x}, /a/b/, true",
        "/a/{x}/c, /{y}/b/**, true",
        "/a/{x}/c, /a/b/d, false",
        "/a/**, /b/**, false",
        "/a/**, /{x}, true",
        "/a/b/**, /a, false",
    })
    void twoPatternsOverlapWhereOnePathMatchesBoth(String one, String other, boolean overlap) {
        assertThat(PathPattern.parse(one).overlaps(PathPattern.parse(other))).isEqualTo(overlap);
        assertThat(PathPattern.parse(other).overlaps(PathPattern.parse(one))).isEqualTo(overlap);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a", "*", "/**/a", "//", "/a//b", "/*", "/a*", "/{}", "/{1}", "/{a-b}", "/{a", "/a}", "/{a}{b}",
                "/a b", "/a?b", "/a#b", "/é", "/a\\b", "/**a", "/{**}"
            })
    void whatIsNoPatternIsRefused(String text) {
        assertThat(PathPattern.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/../b",
                "/./a",
                "/a/.",
                "/caf%c3%a9",
                "/%7euser",
                "/a%2",
                "/%zz",
                "/a%00",
                "/..%2Fa",
                "/a;v=1",
                "/a/;/b",
                "/a%3Ab",
                "/a%40"
            })
    void whatNoNormalisedPathCanMatchIsRefused(String text) {
        assertThat(PathPattern.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/**",
                "/a",
                "/a/",
                "/{id}",
                "/{_a1}/b",
                "/caf%C3%A9",
                "/a:b@c,2+3",
                "/.well-known/**",
                "/~a"
            })
    void aPatternIsWrittenAsItWasRead(String text) {
        assertThat(PathPattern.parse(text)).hasToString(text);
    }
}
