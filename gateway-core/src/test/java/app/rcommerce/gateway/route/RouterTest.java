package app.rcommerce.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.route.Router.Match;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {

    /** A route named by what it says: {@code GET,HEAD shop.test /a/**}; {@code *} where it names no method or host. */
    private static Route route(String text) {
        String[] words = text.split(" ");
        return new Route(
                text,
                words[1].equals("*") ? List.of() : List.of(words[1].split(",")),
                PathPattern.parse(words[2]),
                words[0].equals("*") ? Set.of() : Set.of(words[0].split(",")),
                new Handler.Proxy("origin", null, null),
                Route.Auth.NONE,
                List.of(),
                List.of(),
                Route.Cost.ONE);
    }

    private static String match(List<String> routes, String method, String host, String path) {
        return switch (new Router(routes.stream().map(RouterTest::route).toList()).match(method, host, path)) {
            case Match.Found found -> found.route().name();
            case Match.MethodNotAllowed not -> "405 " + String.join(",", not.allowed());
            case Match.NotFound ignored -> "404";
        };
    }

    /** What is found must not depend on the order of the routes. */
    private static String find(List<String> routes, String method, String host, String path) {
        String found = match(routes, method, host, path);
        List<String> shuffled = new ArrayList<>(routes);
        for (int seed = 0; seed < 6; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(match(shuffled, method, host, path))
                    .as(shuffled.toString())
                    .isEqualTo(found);
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/            | * * /",
                "/a           | * * /a",
                "/a/          | * * /a",
                "/a/b         | * * /a/b",
                "/a/x         | * * /a/{id}",
                "/a/x/        | * * /a/{id}",
                "/a/x/c       | * * /a/{id}/c",
                "/a/b/c       | * * /a/{id}/c",
                "/a/b/d       | * * /a/b/{x}",
                "/a/b/d/e     | * * /a/**",
                "/a/x/d       | * * /a/**",
                "/b           | * * /**",
                "/A           | * * /**",
                "/aa          | * * /**",
            })
    void theMostSpecificPathWins(String path, String route) {
        List<String> routes = List.of(
                "* * /**", "* * /", "* * /a/**", "* * /a", "* * /a/b", "* * /a/{id}", "* * /a/{id}/c", "* * /a/b/{x}");
        // /a/b/c has two candidates: literals are compared from the left, so /a/b/{x} beats /a/{id}/c.
        assertThat(find(routes, "GET", "", path)).isEqualTo(path.equals("/a/b/c") ? "* * /a/b/{x}" : route);
    }

    @Test
    void aDeadEndAmongTheLiteralsLeadsBackToAParameter() {
        List<String> routes = List.of("* * /a/b/c/d", "* * /a/{x}/c/e", "* * /{y}/b/c/f");
        assertThat(find(routes, "GET", "", "/a/b/c/d")).isEqualTo("* * /a/b/c/d");
        assertThat(find(routes, "GET", "", "/a/b/c/e")).isEqualTo("* * /a/{x}/c/e");
        assertThat(find(routes, "GET", "", "/a/b/c/f")).isEqualTo("* * /{y}/b/c/f");
        assertThat(find(routes, "GET", "", "/a/b/c/g")).isEqualTo("404");
    }

    @Test
    void aParameterIsExactlyOneSegmentThatIsNotEmpty() {
        List<String> routes = List.of("* * /a/{x}");
        assertThat(find(routes, "GET", "", "/a/b")).isEqualTo("* * /a/{x}");
        assertThat(find(routes, "GET", "", "/a/")).isEqualTo("404");
        assertThat(find(routes, "GET", "", "/a")).isEqualTo("404");
        assertThat(find(routes, "GET", "", "/a/b/c")).isEqualTo("404");
    }

    @Test
    void anOpenEndMatchesNothingToo() {
        for (String path : List.of("/a", "/a/", "/a/b", "/a/b/c/")) {
            assertThat(find(List.of("* * /a/**"), "GET", "", path)).isEqualTo("* * /a/**");
        }
        assertThat(find(List.of("* * /a/**"), "GET", "", "/ab")).isEqualTo("404");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shop.test        | * shop.test /**",
                "a.shop.test      | * *.shop.test /**",
                "b.a.shop.test    | * *.a.shop.test /**",
                "x.b.a.shop.test  | * *.a.shop.test /**",
                "xshop.test       | * * /**",
                ".shop.test       | * * /**",
                "other            | * * /**",
                "''               | * * /**",
            })
    void anExactHostBeatsALongWildcardBeatsAShortOne(String host, String route) {
        List<String> routes = List.of("* * /**", "* shop.test /**", "* *.shop.test /**", "* *.a.shop.test /**");
        assertThat(find(routes, "GET", host, "/x")).isEqualTo(route);
    }

    @Test
    void aHostThatLacksThePathFallsThroughToALessSpecificOne() {
        List<String> routes = List.of("* a.shop.test /a", "* *.shop.test /b", "* * /c");
        assertThat(find(routes, "GET", "a.shop.test", "/a")).isEqualTo("* a.shop.test /a");
        assertThat(find(routes, "GET", "a.shop.test", "/b")).isEqualTo("* *.shop.test /b");
        assertThat(find(routes, "GET", "a.shop.test", "/c")).isEqualTo("* * /c");
        assertThat(find(routes, "GET", "other", "/a")).isEqualTo("404");
    }

    @Test
    void aMethodFallsThroughToALessSpecificRoute() {
        List<String> routes = List.of("GET,HEAD * /a/b", "PUT * /a/{x}", "POST * /a/**", "* h.test /other");
        assertThat(find(routes, "GET", "", "/a/b")).isEqualTo("GET,HEAD * /a/b");
        assertThat(find(routes, "PUT", "", "/a/b")).isEqualTo("PUT * /a/{x}");
        assertThat(find(routes, "POST", "h.test", "/a/b")).isEqualTo("POST * /a/**");
        assertThat(find(routes, "DELETE", "", "/a/b")).isEqualTo("405 GET,HEAD,POST,PUT");
    }

    @Test
    void aRouteThatNamesMethodsBeatsOneThatNamesNone() {
        List<String> routes = List.of("* * /a", "GET * /a");
        assertThat(find(routes, "GET", "", "/a")).isEqualTo("GET * /a");
        assertThat(find(routes, "DELETE", "", "/a")).isEqualTo("* * /a");
    }

    @Test
    void whatHasAGetHasAHead() {
        List<String> routes = List.of("GET * /a", "* * /a", "POST,GET * /b/**", "* * /**", "GET * /c", "HEAD * /c");
        assertThat(find(routes, "HEAD", "", "/a")).isEqualTo("GET * /a");
        assertThat(find(routes, "HEAD", "", "/b/1")).isEqualTo("POST,GET * /b/**");
        assertThat(find(routes, "HEAD", "", "/c")).as("the one that names it").isEqualTo("HEAD * /c");
        assertThat(find(routes, "HEAD", "", "/d")).isEqualTo("* * /**");
        assertThat(find(List.of("GET * /a"), "PUT", "", "/a")).isEqualTo("405 GET,HEAD");
        assertThat(find(List.of("POST * /a"), "HEAD", "", "/a")).isEqualTo("405 POST");
    }

    @Test
    void whereNoMethodFitsAllThatWouldAreTold() {
        List<String> routes = List.of(
                "GET * /a/b",
                "PUT * /a/{x}",
                "POST * /a/**",
                "PATCH shop.test /a/b",
                "DELETE *.test /a/b",
                "TRACE * /b",
                "LINK * /a/b/c");
        assertThat(find(routes, "MOVE", "", "/a/b")).isEqualTo("405 GET,HEAD,POST,PUT");
        assertThat(find(routes, "MOVE", "shop.test", "/a/b")).isEqualTo("405 DELETE,GET,HEAD,PATCH,POST,PUT");
        assertThat(find(routes, "MOVE", "shop.test", "/a")).isEqualTo("405 POST");
        assertThat(find(routes, "MOVE", "shop.test", "/c")).isEqualTo("404");
    }

    @Test
    void aSlashAtTheEndMakesNoDifferenceUnlessARouteIsWrittenForIt() {
        List<String> routes = List.of("* * /**", "* * /a", "* * /b/", "* * /c", "* * /c/", "* * /d/{x}");
        assertThat(find(routes, "GET", "", "/a/")).isEqualTo("* * /a");
        assertThat(find(routes, "GET", "", "/b")).isEqualTo("* * /b/");
        assertThat(find(routes, "GET", "", "/c")).isEqualTo("* * /c");
        assertThat(find(routes, "GET", "", "/c/")).isEqualTo("* * /c/");
        assertThat(find(routes, "GET", "", "/d/e/")).isEqualTo("* * /d/{x}");
        assertThat(find(routes, "GET", "", "/d/")).isEqualTo("* * /**");
    }

    @Test
    void traceIsForRoutesThatNameItOnly() {
        List<String> routes = List.of("* * /a", "TRACE * /b", "* * /b");
        assertThat(find(routes, "TRACE", "", "/a")).isEqualTo("405 DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT");
        assertThat(find(routes, "TRACE", "", "/b")).isEqualTo("TRACE * /b");
        assertThat(find(routes, "TRACE", "", "/c")).isEqualTo("404");
    }

    @Test
    void theTreeAgreesWithTheSimplestPossibleRouter() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<String> routes = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                routes.add((random.nextBoolean() ? "*" : "GET") + " * " + pattern(random));
            }
            String path = path(random);
            List<String> distinct = routes.stream().distinct().toList();
            assertThat(match(distinct, "GET", "", path))
                    .as("seed " + seed + ": " + distinct + " for " + path)
                    .isEqualTo(simplest(distinct, path));
        }
    }

    private static String pattern(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(random.nextInt(3) == 0 ? "/{x}" : random.nextBoolean() ? "/a" : "/b");
        }
        return text.isEmpty() || random.nextInt(3) == 0 ? text + "/**" : text.toString();
    }

    private static String path(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(random.nextInt(4) == 0 ? "/c" : random.nextBoolean() ? "/a" : "/b");
        }
        return text.isEmpty() ? "/" : text.toString();
    }

    /** Matches one by one, and orders by segments, a literal before a parameter before the open end. */
    private static String simplest(List<String> routes, String path) {
        TreeSet<String> ranked = new TreeSet<>();
        for (String route : routes) {
            String pattern = route.split(" ")[2];
            if (PathPattern.parse(pattern).matches(path)) {
                List<String> ranks = Arrays.stream(pattern.substring(1).split("/"))
                        .map(segment -> segment.equals("**") ? "3" : segment.startsWith("{") ? "2" : "1")
                        .toList();
                String rank = String.join("", ranks);
                // "/a" ends before "/a/**" opens: an end ranks before anything that could follow it.
                ranked.add(rank + "0 " + (route.startsWith("*") ? "1" : "0") + "|" + route);
            }
        }
        return ranked.isEmpty()
                ? "404"
                : ranked.first().substring(ranked.first().indexOf('|') + 1);
    }
}
