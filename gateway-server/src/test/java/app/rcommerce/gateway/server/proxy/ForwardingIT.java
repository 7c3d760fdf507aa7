package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an origin is told about the client, and what a client can make it believe. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2"})
class ForwardingIT {

    @Parameter
    ClientProtocol http;

    private RawUpstream.Exchange seen;

    private RawUpstream upstream() throws Exception {
        return new RawUpstream(x -> {
            seen = x;
            x.ok("");
        });
    }

    @Test
    void aStrangersClaimsAreReplaced() throws Exception {
        try (RawUpstream upstream = upstream();
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.get(
                            "/",
                            "X-Forwarded-For: 6.6.6.6",
                            "X-Forwarded-Proto: https",
                            "X-Forwarded-Host: evil.test",
                            "X-Forwarded-Port: 1",
                            "X-Real-IP: 6.6.6.6",
                            "X-Gateway-Caller: user:admin",
                            "Forwarded: for=6.6.6.6",
                            "X-Request-Id: bad id!")
                    .read();

            assertThat(seen.field("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(seen.field("x-forwarded-proto")).isEqualTo("http");
            assertThat(seen.field("x-forwarded-host")).isEqualTo("shop.test");
            assertThat(seen.field("x-forwarded-port")).isEqualTo(Integer.toString(gateway.port()));
            assertThat(seen.field("x-real-ip")).isEqualTo("127.0.0.1");
            assertThat(seen.field("x-gateway-caller")).isEmpty();
            assertThat(seen.field("forwarded")).isEmpty();
            assertThat(seen.field("via")).isEqualTo((http.isHttp2() ? "2.0" : "1.1") + " rcommerce-gateway");
            assertThat(seen.field("x-request-id")).startsWith("req_");
            assertThat(seen.field("host")).isEqualTo("shop.test");
        }
    }

    @Test
    void aTrustedProxysChainIsWalkedFromTheRightAndContinued() throws Exception {
        try (RawUpstream upstream = upstream();
                TestGateway gateway =
                        http.forwardingTo(upstream.port(), 1, "trusted_proxies = [\"127.0.0.0/8\", \"10.0.0.0/8\"]");
                RawClient client = gateway.client()) {
            client.get(
                            "/",
                            "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3",
                            "X-Forwarded-Proto: https",
                            "X-Request-Id: trace-1")
                    .read();

            assertThat(seen.field("x-forwarded-for")).isEqualTo("6.6.6.6, 203.0.113.9, 10.1.2.3, 127.0.0.1");
            assertThat(seen.field("x-real-ip")).isEqualTo("203.0.113.9");
            assertThat(seen.field("x-forwarded-proto")).isEqualTo("https");
            assertThat(seen.field("x-request-id")).isEqualTo("trace-1");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', req_", "request_ids = \"trusted\", req_", "request_ids = \"all\", trace-1"})
    void aStrangersRequestIdIsKeptOnlyWhereTheConfigurationSaysSo(String more, String start) throws Exception {
        try (RawUpstream upstream = upstream();
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, more);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/", "X-Request-Id: trace-1").read();

            assertThat(answer.field("x-request-id")).startsWith(start);
            assertThat(seen.field("x-request-id")).isEqualTo(answer.field("x-request-id"));
        }
    }

    @Test
    void fieldsOfOneConnectionStayThere() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    seen = x;
                    x.send("HTTP/1.1 200 OK\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                            + "X-End: 2\r\nContent-Length: 0\r\n\r\n");
                });
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get(
                            "/",
                            "Connection: X-Mine, keep-alive",
                            "X-Mine: 1",
                            "TE: trailers",
                            "Keep-Alive: 1",
                            "X-Other: 2")
                    .read();

            assertThat(seen.field("x-mine")).isEmpty();
            assertThat(seen.field("te")).isEmpty();
            assertThat(seen.field("keep-alive")).isEmpty();
            assertThat(seen.field("connection")).isEmpty();
            assertThat(seen.field("x-other")).isEqualTo("2");
            assertThat(answer.field("x-hop")).isNull();
            assertThat(answer.field("keep-alive")).isNull();
            assertThat(answer.field("x-end")).isEqualTo("2");
        }
    }

    @Test
    void connectionCannotTakeAwayWhatOthersRelyOn() throws Exception {
        http.onlyInHttp11("no request has Connection");
        try (RawUpstream upstream = upstream();
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.get(
                            "/",
                            "Connection: X-Forwarded-For, Authorization, X-Real-IP, Host, Via",
                            "Authorization: Bearer abc")
                    .read();

            assertThat(seen.field("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(seen.field("x-real-ip")).isEqualTo("127.0.0.1");
            assertThat(seen.field("authorization")).isEqualTo("Bearer abc");
            assertThat(seen.field("host")).isEqualTo("shop.test");
        }
    }

    @Test
    void webhookBodiesArriveByteForByte() throws Exception {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            body.append((char) i);
        }
        String[] received = new String[1];
        try (RawUpstream upstream = new RawUpstream(x -> {
                    received[0] = x.content();
                    x.ok("");
                });
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.send("POST /api/v1/webhooks/stripe HTTP/1.1\r\nHost: a\r\nContent-Length: 256\r\n\r\n" + body)
                    .read();
            assertThat(received[0]).isEqualTo(body.toString());
        }
    }

    @Test
    void neitherTrailersNorUnderscoresForgeAnything() throws Exception {
        String[] content = new String[1];
        try (RawUpstream upstream = new RawUpstream(x -> {
                    seen = x;
                    content[0] = x.content();
                    x.ok("");
                });
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.send(
                            "POST / HTTP/1.1\r\nHost: a\r\nX_Gateway-Caller: key:erp\r\nx_forwarded_for: 6.6.6.6\r\nX_Own: 1\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Gateway-Caller: key:erp\r\n\r\n")
                    .read();
            assertThat(content[0]).isEqualTo("abc");
            assertThat(seen.head())
                    .doesNotContainIgnoringCase("key:erp")
                    .doesNotContain("6.6.6.6")
                    .containsIgnoringCase("X_Own: 1");
            assertThat(client.get("/next").read().status()).isEqualTo(200);
            assertThat(seen.line()).isEqualTo("GET /next HTTP/1.1");
        }
    }

    /** What the upstream is told under these names by a client, or by a trusted proxy. */
    private String told(boolean trusted, String... fields) throws Exception {
        try (RawUpstream upstream = upstream();
                TestGateway gateway =
                        http.forwardingTo(upstream.port(), 1, trusted ? "trusted_proxies = [\"127.0.0.0/8\"]" : "");
                RawClient client = gateway.client()) {
            assertThat(client.get("/", fields).read().status()).isEqualTo(200);
            return seen.head();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Prefix",
                "X-Forwarded-Ssl",
                "X-Forwarded-Scheme",
                "X-Forwarded-Server",
                "X-Forwarded-Uri",
                "X-Forwarded-Method",
                "X-Forwarded-User",
                "X-FORWARDED-ANYTHING",
                "X-Original-URL",
                "X-Original-Host",
                "X-Rewrite-URL",
                "X-Host",
                "X-Scheme",
                "X-Url-Scheme",
                "Front-End-Https",
                "X-Client-IP",
                "True-Client-IP",
                "CF-Connecting-IP",
                "Client-IP",
                "X-Cluster-Client-Ip",
                "Fastly-Client-IP",
                "WL-Proxy-Client-IP",
                "X_Forwarded_Prefix",
                "X-Forwarded_Proto"
            })
    void whatOnlyAProxyMaySayIsPassedOnFromTrustedProxiesOnly(String name) throws Exception {
        assertThat(told(false, name + ": claimed")).doesNotContain("claimed");
        assertThat(told(true, name + ": claimed").contains("claimed")).isEqualTo(name.indexOf('_') < 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded",
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "X_HTTP_METHOD_OVERRIDE"
            })
    void whatMakesAnotherRequestOfOneIsPassedOnFromNobody(String name) throws Exception {
        assertThat(told(false, name + ": claimed")).doesNotContain("claimed");
        assertThat(told(true, name + ": claimed")).doesNotContain("claimed");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https, -, 443",
                "http, -, 80",
                "https, shop.example, 443",
                "https, shop.example:8443, 8443",
                "-, shop.example:81, 81",
                "-, shop.example, 80",
                "https, [2001:db8::1], 443",
                "https, [2001:db8::1]:444, 444",
                "https, shop.example:99999, 443",
                "https, shop.example:x, 443",
            })
    void theForwardedPortAgreesWithSchemeAndHost(String proto, String host, String port) throws Exception {
        List<String> fields = new ArrayList<>();
        if (proto != null) {
            fields.add("X-Forwarded-Proto: " + proto);
        }
        if (host != null) {
            fields.add("X-Forwarded-Host: " + host);
        }
        told(true, fields.toArray(String[]::new));
        assertThat(seen.field("x-forwarded-port")).isEqualTo(port);
        fields.add("X-Forwarded-Port: 7");
        told(true, fields.toArray(String[]::new));
        assertThat(seen.field("x-forwarded-port")).isEqualTo("7");
    }

    @Test
    void interimAnswersAndTrailersLoseTheFieldsOfTheirConnection() throws Exception {
        try (RawUpstream upstream =
                        new RawUpstream(x -> x.send("HTTP/1.1 103 Early Hints\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
                                + "Keep-Alive: timeout=5\r\nLink: </a>\r\n\r\n"
                                + "HTTP/1.1 200 OK\r\nConnection: X-Late\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n"
                                + "2\r\nok\r\n0\r\nX-Late: 1\r\nConnection: X-Other\r\nX-Other: 1\r\nKeep-Alive: 2\r\n"
                                + "Set-Cookie: a=1\r\nContent-Length: 7\r\nX-End: 2\r\n\r\n"));
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            RawClient.Answer interim = client.get("/", "Connection: close").read();
            assertThat(interim.status()).isEqualTo(103);
            assertThat(interim.fields()).containsExactly(http.isHttp2() ? "link: </a>" : "Link: </a>");
            String rest = client.rest();
            assertThat(rest)
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("X-End: 2")
                    .containsIgnoringCase("Trailer: X-End");
            assertThat(rest.toLowerCase(Locale.ROOT))
                    .doesNotContain("x-late", "x-other", "keep-alive", "set-cookie", "content-length: 7");
        }
    }

    @Test
    void webSocketHandshakesAreRefusedAndOtherUpgradesIgnored() throws Exception {
        http.onlyInHttp11("nothing is upgraded");
        try (RawUpstream upstream = upstream();
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client();
                RawClient other = gateway.client()) {
            RawClient.Answer refused = client.get(
                            "/",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: AA==")
                    .read();
            assertThat(refused.status()).isEqualTo(501);
            assertThat(refused.body()).contains("\"WEBSOCKET_NOT_SUPPORTED\"");
            assertThat(upstream.heads()).isEmpty();

            assertThat(client.isEnded()).isTrue();

            RawClient.Answer ignored = other.get(
                            "/",
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAAP__")
                    .read();
            assertThat(ignored.status()).isEqualTo(200);
            assertThat(seen.head()).doesNotContainIgnoringCase("upgrade").doesNotContainIgnoringCase("http2-settings");
        }
    }

    @Test
    void aCodingGoesOutInOneSpelling() throws Exception {
        String[] content = new String[1];
        try (RawUpstream upstream = new RawUpstream(x -> {
                    seen = x;
                    content[0] = x.content();
                    x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n2\r\nok\r\n0\r\n\r\n");
                });
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            RawClient.Answer answer = client.read();
            assertThat(seen.field("transfer-encoding")).isEqualTo("chunked");
            assertThat(content[0]).isEqualTo("abc");
            assertThat(answer.field("transfer-encoding")).isEqualTo("chunked");
            assertThat(answer.body()).isEqualTo("ok");
        }
    }
}
