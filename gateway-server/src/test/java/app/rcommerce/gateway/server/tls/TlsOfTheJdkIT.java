package app.rcommerce.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's TLS, which is used where the native library does not load. */
class TlsOfTheJdkIT {

    private static final String WITHOUT_LIBRARY = "-Dio.netty.handler.ssl.noOpenSsl=true";

    @TempDir
    Path folder;

    private GatewayProcess start(RawUpstream upstream, TestCertificates certificates, String option) throws Exception {
        Path file = folder.resolve("gateway.toml");
        Files.writeString(file, """
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }]
                [server.admin]
                listen = "127.0.0.1:0"
                [server.tls]
                certificates = [%s, %s]
                client_certificates = "optional"
                client_ca = "%s"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(
                certificates.entry("shop"), certificates.entry("rsa"), certificates.authority(), upstream.port()));
        return GatewayProcess.run(file, option);
    }

    private TestCertificates certificates() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "localhost", "127.0.0.1");
        certificates.write("rsa", Algorithm.rsa2048, "localhost");
        return certificates;
    }

    @ParameterizedTest
    @ValueSource(strings = {WITHOUT_LIBRARY, "-Dio.netty.handler.ssl.noOpenSsl=false"})
    void bothServeHttp2AndHttp11AndKnowClients(String option) throws Exception {
        TestCertificates certificates = certificates();
        var client = certificates.write("erp", Algorithm.ecp256, "erp");
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.field("x-gateway-caller")));
                GatewayProcess gateway = start(upstream, certificates, option)) {
            int port = gateway.port();
            for (HttpClient.Version version : HttpClient.Version.values()) {
                try (HttpClient http = HttpClient.newBuilder()
                        .sslContext(certificates.client(client))
                        .version(version)
                        .build()) {
                    var answer = http.send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                                    .build(),
                            BodyHandlers.ofString());
                    if (version == HttpClient.Version.HTTP_1_1 || version == HttpClient.Version.HTTP_2) {
                        assertThat(answer.version()).isEqualTo(version);
                    }
                    assertThat(answer.body()).isEqualTo("cert:CN%3Derp");
                }
            }
        }
    }

    @Test
    void withoutTheLibraryNothingIsNegotiatedAnewEither() throws Exception {
        TestCertificates certificates = certificates();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                GatewayProcess gateway = start(upstream, certificates, WITHOUT_LIBRARY);
                SSLSocket socket = TestCertificates.connect(certificates.client(null), gateway.port(), "localhost")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            RawClient raw = new RawClient(socket);
            String request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertThat(raw.send(request).read().status()).isEqualTo(200);
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        raw.send(request).read();
                    })
                    .isInstanceOf(IOException.class);
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @Test
    void withoutTheLibraryACertificateIsChosenTheSameWay() throws Exception {
        TestCertificates certificates = certificates();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                GatewayProcess gateway = start(upstream, certificates, WITHOUT_LIBRARY);
                SSLSocket socket =
                        TestCertificates.connect(TestCertificates.trustingAll(), gateway.port(), "localhost")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();

            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(shown.getPublicKey().getAlgorithm()).isEqualTo("RSA");
            try (RawClient raw = new RawClient(socket)) {
                assertThat(raw.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
            }
        }
    }
}
