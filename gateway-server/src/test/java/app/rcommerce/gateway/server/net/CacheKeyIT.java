package app.rcommerce.gateway.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client says never becomes part of what another one is served. */
@ExtendWith(Leaks.class)
class CacheKeyIT {

    /** An origin whose reply repeats what it was told, and varies by the language. */
    private static RawUpstream echo(String field) throws Exception {
        return new RawUpstream(x -> {
            String body = field + "=" + x.field(field) + " language=" + x.field("accept-language");
            x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
        });
    }

    private static TestGateway gatewayTo(RawUpstream upstream, String server) throws Exception {
        return TestGateway.start(
                """
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                cache = { ttl = "5m" }
                """
                        .formatted(server, upstream.port()));
    }

    @Test
    void aFieldThatConnectionTakesAwaySelectsNoVariant() throws Exception {
        try (RawUpstream upstream = echo("x-none");
                TestGateway gateway = gatewayTo(upstream, "");
                RawClient client = gateway.client()) {
            RawClient.Answer stripped =
                    client.get("/", "Accept-Language: de", "Connection: accept-language").read();
            assertThat(stripped.body()).isEqualTo("x-none= language=");
            assertThat(client.get("/", "Accept-Language: de").read().body()).isEqualTo("x-none= language=de");
            assertThat(client.get("/").read().body()).isEqualTo("x-none= language=");
            assertThat(upstream.heads()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Prefix", "X-Forwarded-Ssl", "X-Original-Host", "X-Host", "X-Forwarded-Server"})
    void whatAStrangerClaimsIsInNobodysReply(String name) throws Exception {
        try (RawUpstream upstream = echo(name);
                TestGateway gateway = gatewayTo(upstream, "");
                RawClient client = gateway.client()) {
            client.get("/", name + ": evil").read();
            assertThat(client.get("/").read().body()).isEqualTo(name + "= language=");
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Original-Host", "X-Rewrite-URL", "Front-End-Https"})
    void whatATrustedProxyClaimsIsInTheKey(String name) throws Exception {
        try (RawUpstream upstream = echo(name);
                TestGateway gateway = gatewayTo(upstream, "trusted_proxies = [\"127.0.0.0/8\"]");
                RawClient client = gateway.client()) {
            for (int round = 0; round < 2; round++) {
                assertThat(client.get("/", name + ": one").read().body()).startsWith(name + "=one");
                assertThat(client.get("/", name + ": two").read().body()).startsWith(name + "=two");
                assertThat(client.get("/").read().body()).doesNotContain("one").doesNotContain("two");
            }
            assertThat(upstream.heads()).hasSize(3);
        }
    }
}
