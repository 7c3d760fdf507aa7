package app.rcommerce.gateway.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.admin.operations.Operations;
import app.rcommerce.gateway.server.metrics.Scrape;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/ADMIN.md says that the admin port answers, and what it does answer. */
class AdminDocsTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `((?:GET|POST|PUT|DELETE) /[^` ]*)` \\|");

    @Test
    void theTableHasEveryRequestAndNoOther() throws IOException {
        Operations none = (Operations) Proxy.newProxyInstance(
                Operations.class.getClassLoader(), new Class<?>[] {Operations.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("jobs")) {
                        return null;
                    }
                    throw new AssertionError("nothing is asked");
                });
        AdminRoutes routes = new AdminRoutes(new Guard(null), none, accept -> new Scrape("", ""), () -> {});

        List<String> documented = ROW.matcher(Files.readString(Path.of("../docs/ADMIN.md"), UTF_8))
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList();

        assertThat(documented).containsExactlyInAnyOrderElementsOf(routes.requests());
    }
}
