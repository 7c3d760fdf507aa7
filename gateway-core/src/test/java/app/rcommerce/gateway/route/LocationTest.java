package app.rcommerce.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Paths;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {

    private static String of(String template, String pattern, String target) {
        return Objects.requireNonNull(Location.parse(template), template)
                .of(Objects.requireNonNull(Paths.parse(target)), Objects.requireNonNull(PathPattern.parse(pattern)));
    }

    @ParameterizedTest
    @CsvSource({
        "https://shop.example/{path}, /**, /a/b, https://shop.example/a/b",
        "https://shop.example/{path}, /**, /, https://shop.example/",
        "https://shop.example/{path}, /**, /a?b=c, https://shop.example/a?b=c",
        "https://shop.example/new?from=old, /**, /a?b=c, https://shop.example/new?from=old",
        "/{path}/index.html, /**, /, /index.html",
        "/{path}/index.html, /**, /a/, /a/index.html",
        "/{path}/, /**, /, /",
        "HTTP://shop.example:8080/x, /**, /a, HTTP://shop.example:8080/x",
        "'https://[2001:db8::1]/{path}', /**, /a, 'https://[2001:db8::1]/a'",
        "/v2/{path}, /**, /a%20b/c;d=e, /v2/a%20b/c;d=e",
        "/{path}, /**, /a//b/../c, /a/c",
        "/, /**, /a, /",
        "/products/{id}/of/{shop}, /{shop}/p/{id}, /s1/p/42, /products/42/of/s1",
    })
    void itIsMadeFromTheRequestsTarget(String template, String pattern, String target, String expected) {
        assertThat(of(template, pattern, target)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop.example/x",
                "ftp://shop.example/x",
                "https://shop.example",
                "https://shop.example{path}",
                "https://shop.example:{path}/",
                "https://{path}/x",
                "https:///x",
                "//{path}",
                "//shop.example/{path}",
                "/\\{path}",
                "/a\\b",
                "/a b",
                "/a\r\nSet-Cookie: x",
                "/ü",
                "/a#b",
                "/{}",
                "/{path",
                "/path}",
                "/{a-b}",
                "/{{path}}",
                "/s?x={path}",
                "/s?{path}",
                "https://h:99999/x",
                "https://../x",
                "https://-h/x",
                "/%zz",
                "/../x",
                "/./{slug}",
                "https://h/x/../{slug}",
                "/a//b",
                "/a<b>",
                "javascript:alert(1)",
                "https://user@shop.example/x"
            })
    void whatMightNameAnotherHostOrIsNoReferenceIsRefused(String template) {
        assertThat(Location.parse(template)).isNull();
    }

    @Test
    void namesThatTheRoutesPathLacksAreTold() {
        Location location = Objects.requireNonNull(Location.parse("/{path}/{id}/{sku}"));
        assertThat(location.missing(Objects.requireNonNull(PathPattern.parse("/{id}/{sku}"))))
                .isNull();
        assertThat(location.missing(Objects.requireNonNull(PathPattern.parse("/{id}/**"))))
                .isEqualTo("sku");
        assertThat(location).hasToString("/{path}/{id}/{sku}");
    }

    @Test
    void noTargetLeadsToAnotherHost() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> pieces = List.of(
                "/", "//", "\\", "%5C", "%2F", "@", ":", "evil.example", "..", ".", ";", "?", "{path}", "a", "%0d%0a");
        Location own = Objects.requireNonNull(Location.parse("/{path}"));
        Location other = Objects.requireNonNull(Location.parse("https://shop.example/{path}"));
        PathPattern all = Objects.requireNonNull(PathPattern.parse("/**"));
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder("/");
            for (int n = random.nextInt(6); n >= 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            var target = Paths.parse(text.toString());
            if (target != null) {
                assertThat(own.of(target, all))
                        .as("seed %d, %s", seed, text)
                        .matches("/([^/\\\\].*)?")
                        .doesNotContain("\r");
                assertThat(other.of(target, all)).as("seed %d, %s", seed, text).startsWith("https://shop.example/");
            }
        }
    }
}
