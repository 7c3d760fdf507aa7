package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they arrive at the admin port: paths, methods, types, lengths and order. */
class AdminFramingIT extends AdminFixture {

    @Test
    void anUnknownPathIs404AndAWrongMethod405WithAllow() {
        Got unknown = get("/admin/v1/nothing");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("NOT_FOUND");
        Got wrong = send("PUT", "/admin/v1/blocks", "");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.response().headers().firstValue("allow")).contains("GET, HEAD, POST, DELETE");
        assertThat(send("POST", "/metrics", "").response().headers().firstValue("allow"))
                .contains("GET, HEAD");
        assertThat(send("OPTIONS", "/admin/v1/blocks", "").status()).isEqualTo(405);
    }

    @Test
    void aHeadHasNoContent() {
        Got head = send("HEAD", "/health/ready", "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.response().body()).isEmpty();
        assertThat(head.response().headers().firstValueAsLong("content-length").orElse(0))
                .isPositive();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        String one = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String other =
                "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + RunningAdmin.TOKEN + "\r\n";
        String answers = admin.raw(one + other + "\r\n" + one + other + "Connection: close\r\n\r\n");
        List<String> lines =
                answers.lines().filter(line -> line.contains("HTTP/1.1 ")).toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).endsWith("200 OK");
        assertThat(lines.get(1)).endsWith("404 Not Found");
        assertThat(lines.get(2)).endsWith("200 OK");
        assertThat(lines.get(3)).endsWith("404 Not Found");
    }

    @Test
    void contentOfMoreThanItsBoundIsRefused() {
        String head = "POST /admin/v1/purge HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + RunningAdmin.TOKEN
                + "\r\n";
        assertThat(admin.raw(head + "Content-Length: 16385\r\n\r\n{"))
                .startsWith("HTTP/1.1 413 ")
                .contains("expected: at most 16384 bytes");
        String piece = "10000\r\n" + "x".repeat(65_536) + "\r\n";
        assertThat(admin.raw(head + "Transfer-Encoding: chunked\r\n\r\n" + piece.repeat(17)))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void whatIsNotHttpIsRefusedAndTheConnectionClosed() {
        assertThat(admin.raw("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                        + RunningAdmin.TOKEN + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(admin.raw("GARBAGE\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(admin.raw("GET / HTTP/1.1\r\nHost : x\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(admin.raw("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""})
    void contentOfAnotherTypeIsRefused(String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + "/admin/v1/purge"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"all\":true}"))
                .header("Authorization", "Bearer " + RunningAdmin.TOKEN);
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        Got got = send(request.build());
        assertThat(got.status()).isEqualTo(415);
        assertThat(got.message()).contains("expected: application/json");
        assertThat(admin.purges).hasValue(0);
    }
}
