package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Walks the table of spellings in docs/DECISIONS.md: none goes round the rule of the target that it is a spelling of.
 */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource
class SpellingsIT {

    @Parameter
    ClientProtocol http;

    private record Row(String part, String spelling, String becomes) {}

    private static List<Row> table() throws IOException {
        List<Row> rows = Files.readAllLines(Path.of("..", "docs", "DECISIONS.md")).stream()
                .filter(line -> line.matches("\\| (path|target|host|method) \\| `.*"))
                .map(line -> line.split(" \\| "))
                .map(cells -> new Row(cells[0].substring(2), cells[1].replace("`", ""), cells[3]))
                .toList();
        assertThat(rows).hasSizeGreaterThan(20);
        return rows;
    }

    @Test
    void everySpellingBecomesWhatTheTableSays() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("open"));
                TestGateway gateway = http.start("""
                        [server]
                        listen = ["127.0.0.1:0"]
                        workers = 1
                        [server.admin]
                        listen = "127.0.0.1:0"
                        [[auth.api_keys]]
                        id = "erp"
                        sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
                        [upstreams.origin]
                        servers = ["http://127.0.0.1:%d"]
                        [[routes]]
                        name = "admin"
                        hosts = ["shop.test", "127.0.0.1"]
                        path = "/api/v1/admin/**"
                        upstream = "origin"
                        auth = "required"
                        [[routes]]
                        name = "all"
                        path = "/**"
                        upstream = "origin"
                        auth = "none"
                        """.formatted(upstream.port()))) {
            for (Row row : table()) {
                String method = row.part().equals("method") ? row.spelling() : "GET";
                String host = row.part().equals("host") ? row.spelling() : "shop.test";
                String target = row.part().equals("path") || row.part().equals("target")
                        ? row.spelling()
                        : "/api/v1/admin/users";
                try (RawClient client = gateway.client()) {
                    client.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
                    String became = switch (status(client)) {
                        case 200 -> "another path";
                        case 401 -> "the same rule";
                        case 400, 405 -> "refused";
                        default -> "something else";
                    };
                    assertThat(row.becomes()).as(row + " became " + became).startsWith(became);
                }
            }
            assertThat(upstream.heads())
                    .allMatch(head -> head.startsWith("GET /API/")
                            || head.startsWith("GET /api/v1/admin%3Bx/")
                            || head.startsWith("GET /api/v1/%2561dmin/"));
        }
    }

    /** What is answered; 400 where the stream is reset instead (RFC 9113 §8.1.1). */
    private int status(RawClient client) throws IOException {
        try {
            return client.read().status();
        } catch (EOFException e) {
            assertThat(http.isHttp2()).isTrue();
            return 400;
        }
    }

    @Test
    void theUpstreamReceivesThePathAsItWasSent() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("open"));
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.get("/a%2Fb;v=1/c%3Ad/").read();
            assertThat(upstream.heads().getFirst()).startsWith("GET /a%2Fb;v=1/c%3Ad/ HTTP/1.1");
        }
    }
}
