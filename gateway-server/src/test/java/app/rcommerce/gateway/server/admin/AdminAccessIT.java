package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.server.metrics.Scrape;
import app.rcommerce.gateway.server.testing.TestTransport;
import app.rcommerce.gateway.server.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the admin port. */
class AdminAccessIT extends AdminFixture {

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/admin/v1/status", "/admin/v1/blocks", "/nowhere", "/health"})
    void withoutTheTokenNothingButHealthIsAnswered(String path) {
        for (String field : new String[] {
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            "Basic " + RunningAdmin.TOKEN,
            RunningAdmin.TOKEN,
            "Bearer " + RunningAdmin.TOKEN + "x"
        }) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + path));
            if (!field.isEmpty()) {
                request.header("Authorization", field);
            }
            Got got = send(request.build());
            assertThat(got.status()).isEqualTo(401);
            assertThat(got.code()).isEqualTo("UNAUTHORIZED");
            assertThat(got.response().headers().firstValue("www-authenticate").orElse(""))
                    .startsWith("Bearer");
        }
    }

    @Test
    void withoutATokenWebPagesAreRefused() {
        try (RunningAdmin open = new RunningAdmin(null)) {
            String answer = open.raw("GET /admin/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            for (String fields : new String[] {
                "Host: localhost\r\nOrigin: http://evil.example\r\n",
                "Host: localhost\r\nOrigin: null\r\n",
                "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
                "Host: evil.example:9090\r\n",
                "Host: 127.0.0.1.evil.example\r\n",
                "Host: localhost\r\nHost: evil.example\r\n",
                ""
            }) {
                String refused = open.raw("POST /admin/v1/blocks HTTP/1.1\r\n" + fields + "Connection: close\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 26\r\n\r\n{\"subject\":\"ip:192.0.2.1\"}");
                assertThat(refused).as(fields).startsWith("HTTP/1.1 403 ").contains("FORBIDDEN");
            }
            assertThat(open.stores.blocks().list(10).toCompletableFuture().join())
                    .isEmpty();
        }
    }

    @Test
    void withATokenTheHostDoesNotMatter() {
        assertThat(admin.raw("GET /admin/v1/status HTTP/1.1\r\nHost: gateway.internal\r\nConnection: close\r\n"
                        + "Authorization: Bearer " + RunningAdmin.TOKEN + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aPortForEverybodyNeedsAToken() {
        Transport transport = TestTransport.start(1);
        try {
            var config = new ServerConfig.AdminConfig(new ListenAddress("0.0.0.0", 0), null);
            assertThatThrownBy(() ->
                            AdminServer.start(transport, config, admin.operations, a -> new Scrape("", ""), () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0.0.0.0:0 (expected: a loopback address");
            var taken = new ServerConfig.AdminConfig(new ListenAddress("127.0.0.1", admin.port()), null);
            assertThatThrownBy(() ->
                            AdminServer.start(transport, taken, admin.operations, a -> new Scrape("", ""), () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + admin.port() + " for the admin port");
        } finally {
            transport.stop();
        }
    }
}
