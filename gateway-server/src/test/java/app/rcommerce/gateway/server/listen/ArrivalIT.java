package app.rcommerce.gateway.server.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawClient.Answer;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may begin with: a header of the PROXY protocol, TLS behind it, and requests that are redirected. */
@ExtendWith(Leaks.class)
class ArrivalIT {

    private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);

    @TempDir
    Path folder;

    private static TestGateway start(RawUpstream upstream, String server) throws IOException {
        return TestGateway.start("""
                [server]
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(server, upstream.port()));
    }

    private static String proxied(String more) {
        return "listen = [{ address = \"127.0.0.1:0\", proxy_protocol = [\"127.0.0.1\"] }]\n" + more;
    }

    private static RawUpstream echo() throws IOException {
        return new RawUpstream(x -> x.ok(x.field("x-real-ip") + " " + x.field("x-forwarded-port")));
    }

    /** A header of version 2 with this command and family, and what follows. */
    private static byte[] v2(int command, int family, byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(SIGNATURE);
        all.write(0x20 | command);
        all.write(family);
        all.write(body.size() >> 8);
        all.write(body.size());
        all.writeBytes(body.toByteArray());
        return all.toByteArray();
    }

    private static byte[] ports() {
        return new byte[] {0x30, 0x39, 0x01, (byte) 0xbb};
    }

    private static byte[] address(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 192.0.2.1 12345 443, 203.0.113.7 443",
        "PROXY TCP6 2001:db8::7 2001:db8::1 12345 443, 2001:db8::7 443",
    })
    void aHeaderOfVersionOneTellsTheClient(String header, String told) throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied(""));
                RawClient client = gateway.client()) {
            client.send(header + "\r\n" + GET + GET);
            assertThat(client.read().body()).isEqualTo(told);
            assertThat(client.read().body()).isEqualTo(told);
            Awaitility.await().until(() -> gateway.finished().size() == 2);
            assertThat(gateway.finished().getFirst().clientAddress()).isEqualTo(told.split(" ")[0]);
        }
    }

    @Test
    void aHeaderOfVersionTwoTellsTheClient() throws Exception {
        byte[][] headers = {
            v2(1, 0x11, address("203.0.113.7"), address("192.0.2.1"), ports()),
            v2(1, 0x11, address("203.0.113.7"), address("192.0.2.1"), ports(), new byte[] {4, 0, 3, 1, 2, 3}),
            v2(1, 0x21, address("2001:db8::7"), address("2001:db8::1"), ports()),
        };
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied(""))) {
            for (byte[] header : headers) {
                try (RawClient client = gateway.client()) {
                    client.send(header).send(GET);
                    assertThat(client.read().body())
                            .isEqualTo((header[13] == 0x21 ? "2001:db8::7" : "203.0.113.7") + " 443");
                }
            }
        }
    }

    /** Byte by byte, as a slow or hostile peer sends it. */
    @Test
    void aHeaderMayComeInPieces() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied(""));
                RawClient client = gateway.client()) {
            for (byte one : "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n".getBytes(ISO_8859_1)) {
                client.send(new byte[] {one});
            }
            assertThat(client.send(GET).read().body()).isEqualTo("203.0.113.7 2");
        }
    }

    @Test
    void aProxyThatSpeaksForItselfIsTheClient() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied(""))) {
            for (byte[] header : new byte[][] {v2(0, 0), v2(1, 0), "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1)}) {
                try (RawClient client = gateway.client()) {
                    assertThat(client.send(header).send(GET).read().body()).isEqualTo("127.0.0.1 " + gateway.port());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 12345\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 12345 99999\r\n",
                "PROXY TCP4 2001:db8::7 192.0.2.1 12345 443\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 12345 443 and much more than a header may have in all of its length"
                        + " whatever it is that stands there\r\n",
                "PROXY TCP4 203.0.113.07 192.0.2.1 12345 443\r\n",
                "PROXY TCP6 fe80::7%eth0 2001:db8::1 12345 443\r\n",
                "PROXY TCP9 203.0.113.7 192.0.2.1 12345 443\r\n",
                "\r\n\r\n\0\r\nQUIT\n\u0031\u0011\0\u000cabcdefghijkl",
                "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u0004abcd",
                "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\u00ff\u00ff",
            })
    void aHeaderThatIsNoneEndsTheConnection(String sent) throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied(""));
                RawClient client = gateway.client()) {
            // As long as it says, where that is more than a header may have.
            client.send(sent.endsWith("\u00ff\u00ff") ? sent + "x".repeat(5_000) : sent);
            assertThat(client.isEnded()).isTrue();
            assertThat(upstream.heads()).isEmpty();
            Awaitility.await().until(() -> gateway.openConnections() == 0);
            assertThat(gateway.gateway().metrics().scrape("").text())
                    .contains("gateway_proxy_protocol_refused_total{reason=\"malformed\"} 1.0");
        }
    }

    @Test
    void aHeaderThatDoesNotEndInTimeEndsTheConnection() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied("header_timeout = \"200ms\""));
                RawClient silent = gateway.client();
                RawClient half = gateway.client()) {
            half.send("PROXY TCP4 203.0.113.7");
            assertThat(silent.isEnded()).isTrue();
            assertThat(half.isEnded()).isTrue();
            assertThat(gateway.gateway().metrics().scrape("").text())
                    .contains("gateway_proxy_protocol_refused_total{reason=\"timeout\"} 2.0");
        }
    }

    /** A client who is not a listed proxy could say anything. */
    @Test
    void whoIsNotListedIsNotBelieved() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream, "listen = [{ address = \"127.0.0.1:0\", proxy_protocol = [\"10.0.0.0/8\"] }]")) {
            try (RawClient client = gateway.client()) {
                assertThat(client.send("PROXY TCP4 203.0.113.7 192.0.2.1 12345 443\r\n" + GET)
                                .read()
                                .status())
                        .isEqualTo(400);
            }
            try (RawClient client = gateway.client()) {
                assertThat(client.send(GET).read().body()).startsWith("127.0.0.1 ");
            }
            Awaitility.await().until(() -> gateway.openConnections() == 0);
        }
    }

    @Test
    void connectionsAreCountedAtTheAddressThatIsTold() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, proxied("max_connections_per_address = 1"));
                RawClient one = gateway.client();
                RawClient two = gateway.client();
                RawClient other = gateway.client()) {
            String header = "PROXY TCP4 203.0.113.%d 192.0.2.1 12345 443\r\n" + GET;
            assertThat(one.send(header.formatted(1)).read().status()).isEqualTo(200);
            assertThat(two.send(header.formatted(1)).isEnded()).isTrue();
            assertThat(other.send(header.formatted(2)).read().status()).isEqualTo(200);
            one.close();
            // The place is free once the gateway has seen the end.
            Awaitility.await().until(() -> {
                try (RawClient again = gateway.client()) {
                    return again.send(header.formatted(1)).read().status() == 200;
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void theHeaderComesBeforeTheHandshake() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.example");
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream,
                        "listen = [{ address = \"127.0.0.1:0\", tls = true, proxy_protocol = [\"127.0.0.1\"] }]\n"
                                + "[server.tls]\ncertificates = [" + certificates.entry("shop") + "]")) {
            Socket plain = new Socket();
            plain.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), gateway.port()));
            plain.getOutputStream().write("PROXY TCP4 203.0.113.7 192.0.2.1 1 443\r\n".getBytes(ISO_8859_1));
            SSLSocket socket = (SSLSocket) certificates
                    .client(null)
                    .getSocketFactory()
                    .createSocket(plain, "shop.example", gateway.port(), true);
            try (RawClient client = new RawClient(socket)) {
                assertThat(client.send(GET).read().body()).isEqualTo("203.0.113.7 443");
            }
        }
    }

    @Test
    void requestsInTheClearAreRedirectedButChallengesAreServed() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream,
                        "listen = [\"127.0.0.1:0\"]\nredirect_to_https = [\"127.0.0.1:0\","
                                + " { address = \"127.0.0.1:0\", port = 8443 }]")) {
            int usual = gateway.gateway().addresses().get(1).getPort();
            int other = gateway.gateway().addresses().get(2).getPort();
            try (RawClient client = new RawClient(usual)) {
                Answer answer = client.send("GET /a%20b?c=d HTTP/1.1\r\nHost: Shop.example:80\r\n\r\n")
                        .read();
                assertThat(answer.status()).isEqualTo(308);
                assertThat(answer.field("location")).isEqualTo("https://shop.example/a%20b?c=d");
                answer = client.send("POST /x HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\n\r\nhello")
                        .read();
                assertThat(answer.status()).isEqualTo(308);
                answer = client.send("GET /.well-known/acme-challenge/t HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                        .read();
                assertThat(answer.status()).isEqualTo(200);
                answer = client.send("GET /.well-known/acme-challenge/../x HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                        .read();
                assertThat(answer.status()).isEqualTo(308);
                assertThat(client.send("GET / HTTP/1.0\r\n\r\n").read().status())
                        .isEqualTo(400);
            }
            try (RawClient client = new RawClient(other)) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: [::1]:9\r\n\r\n")
                                .read()
                                .field("location"))
                        .isEqualTo("https://[::1]:8443/");
            }
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    /** The first byte that is not the preface's is the beginning of HTTP/1.1; nothing of it is lost. */
    @Test
    void aClientInTheClearIsKnownByItsFirstBytes() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "listen = [{ address = \"127.0.0.1:0\", h2c = true }]");
                RawClient whole = gateway.client();
                RawClient pieces = gateway.client();
                RawClient near = gateway.client()) {
            assertThat(whole.send(GET).read().status()).isEqualTo(200);
            for (byte one : GET.getBytes(ISO_8859_1)) {
                pieces.send(new byte[] {one});
            }
            assertThat(pieces.read().status()).isEqualTo(200);
            // It begins as the preface does, and is a method of somebody's own.
            assertThat(near.send("PRINT / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aClientThatSaysNothingIsNotWaitedFor() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream, "listen = [{ address = \"127.0.0.1:0\", h2c = true }]\nheader_timeout = \"200ms\"");
                RawClient silent = gateway.client();
                RawClient half = gateway.client()) {
            half.send("PRI * HT");
            assertThat(silent.isEnded()).isTrue();
            assertThat(half.isEnded()).isTrue();
            Awaitility.await().until(() -> gateway.openConnections() == 0);
        }
    }
}
