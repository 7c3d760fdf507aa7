package app.rcommerce.gateway.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.policy.order.Chain;
import org.junit.jupiter.api.Test;

/** A path of two readings: with its escaped slash as a character, or as a slash. */
class FindRouteTest {

    private final Chain chain = new Chain("""
            [upstreams.commerce]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "admin"
            path = "/admin/**"
            upstream = "commerce"
            [[routes]]
            name = "literal"
            path = "/admin/a%2Fb"
            upstream = "commerce"
            [[routes]]
            name = "files"
            path = "/files/{name}"
            methods = ["GET"]
            upstream = "commerce"
            """);

    private String told(String path) {
        return chain.get("203.0.113.9", path).told();
    }

    @Test
    void itIsRefusedWhereTheReadingsLeadApart() {
        assertThat(told("/admin%2Fusers")).as("no route, or the admin's").isEqualTo("400 BAD_REQUEST");
        assertThat(told("/files/a%2Fb")).as("a file, or no route").isEqualTo("400 BAD_REQUEST");
    }

    @Test
    void itIsTakenWhereBothLeadToOneRouteOrToNone() {
        assertThat(told("/admin/c%2Fd")).isEqualTo("forwarded");
        assertThat(told("/nothing%2Fat-all")).isEqualTo("404 NOT_FOUND");
    }

    @Test
    void itIsTakenWhereTheRouteNamesIt() {
        assertThat(told("/admin/a%2Fb")).isEqualTo("forwarded");
        assertThat(chain.get("203.0.113.9", "/admin/a%2Fb").call().foundRoute().name())
                .isEqualTo("literal");
    }
}
