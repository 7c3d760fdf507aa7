package app.rcommerce.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawClient.Answer;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that show certificates: whose are taken, and what their owners are counted, blocked and named by. */
@ExtendWith(Leaks.class)
class ClientCertificatesIT {

    @TempDir
    Path folder;

    private TestCertificates certificates;
    private X509Bundle erp;
    private X509Bundle crm;
    private X509Bundle strangers;
    private Path strangersAuthority;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.example");
        erp = certificates.write("erp", Algorithm.ecp256, "erp");
        crm = certificates.write("crm", Algorithm.ecp256, "crm");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        TestCertificates others = new TestCertificates(elsewhere);
        strangers = others.write("erp", Algorithm.ecp256, "erp");
        strangersAuthority = others.authority();
    }

    private TestGateway start(RawUpstream upstream, String tls, String more) throws IOException {
        return TestGateway.start(toml(upstream, tls, certificates.authority(), more));
    }

    private String toml(RawUpstream upstream, String tls, Path authority, String more) {
        return """
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }]
                [server.admin]
                listen = "127.0.0.1:0"
                [server.tls]
                certificates = [%s]
                client_ca = "%s"
                %s
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                %s
                """.formatted(certificates.entry("shop"), authority, tls, upstream.port(), more);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, none, shop", "TLSv1.2, none, shop", "TLSv1.3, optional, shop", "TLSv1.3, required, other"})
    void aSessionOfBeforeIsNotResumedOnceOtherCertificatesAreAskedFor(String version, String before, String authority)
            throws Exception {
        Path file = folder.resolve("gateway.toml");
        String first = "client_certificates = \"" + before + "\"";
        try (RawUpstream upstream = echo()) {
            Files.writeString(
                    file,
                    toml(
                            upstream,
                            first,
                            authority.equals("shop") ? certificates.authority() : strangersAuthority,
                            route("")));
            try (TestGateway gateway = TestGateway.start(file)) {
                SSLContext same = certificates.client(before.equals("required") ? strangers : null);
                assertThat(get(gateway, same, version).status()).isEqualTo(200);
                Files.writeString(
                        file,
                        toml(upstream, "client_certificates = \"required\"", certificates.authority(), route("")));
                gateway.gateway().reloadFiles();

                assertThatThrownBy(() -> get(gateway, same, version)).isInstanceOf(IOException.class);
                assertThat(get(gateway, erp).body()).isEqualTo("cert:CN%3Derp");
            }
        }
    }

    private static Answer get(TestGateway gateway, SSLContext context, String version) throws Exception {
        SSLSocket socket = TestCertificates.connect(context, gateway.port(), "shop.example");
        socket.setEnabledProtocols(new String[] {version});
        try (RawClient client = new RawClient(socket)) {
            return client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").read();
        }
    }

    private static String route(String more) {
        return """
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """ + more;
    }

    private static RawUpstream echo() throws IOException {
        return new RawUpstream(x -> x.ok(x.head().contains("x-gateway-caller") ? x.field("x-gateway-caller") : "none"));
    }

    private Answer get(TestGateway gateway, @Nullable X509Bundle own) throws Exception {
        try (RawClient client =
                new RawClient(TestCertificates.connect(certificates.client(own), gateway.port(), "shop.example"))) {
            return client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").read();
        }
    }

    @ParameterizedTest
    @CsvSource({"subject, cert:CN%3Derp", "san, cert:erp"})
    void theUpstreamIsToldWhoTheClientIs(String from, String told) throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream,
                        "client_certificates = \"optional\"\nclient_identity = \"" + from + "\"",
                        route(""))) {
            assertThat(get(gateway, erp).body()).isEqualTo(told);
            assertThat(get(gateway, null).body()).isEqualTo("none");
            Awaitility.await().until(() -> gateway.finished().size() == 2);
            assertThat(gateway.finished().getFirst().caller()).isEqualTo(told);
        }
    }

    @Test
    void whoMustShowOneAndShowsNoneIsNotServed() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "client_certificates = \"required\"", route(""))) {
            assertThat(get(gateway, erp).body()).isEqualTo("cert:CN%3Derp");
            assertThatThrownBy(() -> get(gateway, null)).isInstanceOf(IOException.class);
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"optional", "required"})
    void oneThatSomebodyElseHasSignedEndsTheHandshake(String wanted) throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "client_certificates = \"" + wanted + "\"", route(""))) {
            assertThatThrownBy(() -> get(gateway, strangers)).isInstanceOf(IOException.class);
            assertThat(upstream.heads()).isEmpty();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    gateway.gateway().metrics().scrape("").text())
                            .containsPattern("gateway_tls_handshakes_total\\{.*outcome=\"failed\".*} 1.0"));
        }
    }

    /** What is wrong is the client's, and its operator reads of it in the client's log (RFC 8446 §6.2). */
    @ParameterizedTest
    @CsvSource({"stranger, unknown_ca|bad_certificate", "expired, certificate_expired"})
    void theAlertSaysWhatIsWrongWithACertificate(String which, String alert) throws Exception {
        X509Bundle shown = which.equals("stranger") ? strangers : certificates.lasting(Duration.ofSeconds(-10), "erp");
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "client_certificates = \"required\"", route(""))) {
            SSLContext context = certificates.clientThatShows(shown);
            assertThatThrownBy(() -> get(gateway, context, "TLSv1.3")).hasMessageMatching("(?s).*(" + alert + ").*");
            assertThat(upstream.heads()).isEmpty();
        }
    }

    /** A session goes on without the certificate being verified again. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionDoesNotOutliveTheCertificateOfItsClient(String version) throws Exception {
        Instant end = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        X509Bundle brief = certificates.lasting(Duration.between(Instant.now(), end), "erp");
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "client_certificates = \"optional\"", route(""))) {
            SSLContext same = certificates.client(brief);
            assertThat(get(gateway, same, version).body()).isEqualTo("cert:CN%3Derp");
            assertThat(get(gateway, same, version).body()).isEqualTo("cert:CN%3Derp");
            assertThat(gateway.gateway().metrics().scrape("").text())
                    .containsPattern("outcome=\"completed\",resumed=\"true\",version=\"" + version + "\"} 1.0");
            Awaitility.await().until(() -> Instant.now().isAfter(end.plusMillis(1_100)));
            assertThatThrownBy(() -> get(gateway, same, version)).isInstanceOf(IOException.class);
            assertThat(upstream.heads()).hasSize(2);
        }
    }

    @Test
    void nobodyIsAskedWhereCertificatesAreNotWanted() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "", route(""))) {
            assertThat(get(gateway, erp).body()).isEqualTo("none");
        }
    }

    @Test
    void eachCertificateHasALimitOfItsOwnAndWhoShowsNoneIsNotCounted() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream,
                        "client_certificates = \"optional\"",
                        "[limits.partner]\nkey = \"certificate\"\nrates = [\"2/hour\"]\n"
                                + route("limits = [\"partner\"]"))) {
            assertThat(get(gateway, erp).status()).isEqualTo(200);
            assertThat(get(gateway, erp).status()).isEqualTo(200);
            assertThat(get(gateway, erp).status()).isEqualTo(429);
            assertThat(get(gateway, crm).status()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                assertThat(get(gateway, null).status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert:CN=erp", "cert:CN%3Derp"})
    void aCertificateOnTheBlockListIsRefusedAndOthersAreNot(String written) throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(
                        upstream,
                        "client_certificates = \"optional\"",
                        "[access]\nblock = [\"" + written + "\"]\n" + route(""))) {
            Answer refused = get(gateway, erp);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("BLOCKED");
            assertThat(get(gateway, crm).status()).isEqualTo(200);
            assertThat(get(gateway, null).status()).isEqualTo(200);
        }
    }

    @Test
    void aCertificateIsBlockedByTheCommandsToo() throws Exception {
        try (RawUpstream upstream = echo();
                TestGateway gateway = start(upstream, "client_certificates = \"optional\"", route(""));
                RawClient admin = new RawClient(gateway.gateway().adminAddress().getPort())) {
            assertThat(get(gateway, erp).status()).isEqualTo(200);
            String body = "{\"subject\":\"cert:CN=erp\",\"reason\":\"test\"}";
            Answer blocked = admin.send(
                            "POST /admin/v1/blocks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .read();
            assertThat(blocked.status()).as(blocked.body()).isBetween(200, 204);
            assertThat(get(gateway, erp).status()).isEqualTo(403);
            assertThat(get(gateway, crm).status()).isEqualTo(200);
        }
    }
}
