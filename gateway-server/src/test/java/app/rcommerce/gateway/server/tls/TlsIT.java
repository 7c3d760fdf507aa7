package app.rcommerce.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawClient.Answer;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
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

/** TLS towards clients: which certificate is shown, what is refused, and what is reloaded. */
@ExtendWith(Leaks.class)
class TlsIT {

    @TempDir
    Path folder;

    private TestCertificates certificates;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.example", "*.shop.example", "127.0.0.1");
        certificates.write("rsa", Algorithm.rsa2048, "shop.example");
        certificates.write("other", Algorithm.ecp256, "other.example");
    }

    private String toml(int upstream, int workers, String more) {
        return """
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }, "127.0.0.1:0"]
                workers = %d
                [server.admin]
                listen = "127.0.0.1:0"
                [server.tls]
                certificates = [%s, %s, %s]
                %s
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(
                        workers,
                        certificates.entry("shop"),
                        certificates.entry("rsa"),
                        certificates.entry("other"),
                        more,
                        upstream);
    }

    private TestGateway start(RawUpstream upstream, String more) throws IOException {
        return TestGateway.start(toml(upstream.port(), 2, more));
    }

    private RawClient client(TestGateway gateway, @Nullable String name) throws Exception {
        return new RawClient(TestCertificates.connect(certificates.client(null), gateway.port(), name));
    }

    private static Answer get(RawClient client, String host) throws IOException {
        return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").read();
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private static String metrics(TestGateway gateway) {
        return gateway.gateway().metrics().scrape("").text();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void requestsByTlsAreServedAndSaidToBe(int workers) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.field("x-forwarded-proto")));
                TestGateway gateway = TestGateway.start(toml(upstream.port(), workers, "hsts = \"1h\""))) {
            for (int i = 0; i < 4; i++) {
                try (RawClient client = client(gateway, "shop.example")) {
                    for (int j = 0; j < 3; j++) {
                        Answer answer = get(client, "shop.example");
                        assertThat(answer.status()).isEqualTo(200);
                        assertThat(answer.body()).isEqualTo("https");
                        assertThat(answer.field("strict-transport-security")).isEqualTo("max-age=3600");
                    }
                }
            }
            Awaitility.await().until(() -> gateway.finished().size() == 12);
            Finished.Protocol protocol = gateway.finished().getFirst().protocol();
            assertThat(protocol.name()).isEqualTo("http/1.1");
            assertThat(protocol.tlsVersion()).isEqualTo("TLSv1.3");
            assertThat(protocol.tlsCipher()).startsWith("TLS_");
            assertThat(metrics(gateway))
                    .contains("gateway_client_requests_total{protocol=\"http/1.1\"} 12.0")
                    .containsPattern("gateway_tls_handshakes_total\\{cipher=\"TLS_\\S+\",outcome=\"completed\",.*} 4.0")
                    .containsPattern("gateway_tls_certificate_expiry_timestamp_seconds\\{file=\"\\S+shop.pem\"}");
        }
    }

    @Test
    void inTheClearNobodyIsToldToComeByTls() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.field("x-forwarded-proto")));
                TestGateway gateway = start(upstream, "hsts = \"1h\"");
                RawClient client =
                        new RawClient(gateway.gateway().addresses().getLast().getPort())) {
            Answer answer = get(client, "any.example");
            assertThat(answer.body()).isEqualTo("http");
            assertThat(answer.field("strict-transport-security")).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, CN=shop.example, EC",
        "SHOP.example, CN=shop.example, EC",
        "a.shop.example, CN=shop.example, EC",
        "other.example, CN=other.example, EC",
    })
    void theCertificateIsChosenByTheNameAskedFor(String name, String subject, String kind) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "");
                SSLSocket socket = TestCertificates.connect(certificates.client(null), gateway.port(), name)) {
            X509Certificate shown = shown(socket);
            assertThat(shown.getSubjectX500Principal().getName()).isEqualTo(subject);
            assertThat(shown.getPublicKey().getAlgorithm()).isEqualTo(kind);
        }
    }

    @Test
    void theFirstCertificateIsTheDefault() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "");
                SSLSocket socket = TestCertificates.connect(certificates.client(null), gateway.port(), null)) {
            assertThat(shown(socket).getSubjectX500Principal().getName()).isEqualTo("CN=shop.example");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatVerifiesNoEllipticCurvesIsShownRsa(String version) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "");
                SSLSocket socket =
                        TestCertificates.connect(TestCertificates.trustingAll(), gateway.port(), "shop.example")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"});
            parameters.setProtocols(new String[] {version});
            socket.setSSLParameters(parameters);

            assertThat(shown(socket).getPublicKey().getAlgorithm()).isEqualTo("RSA");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.1, 1.2, false", "TLSv1.2, 1.2, true", "TLSv1.2, 1.3, false", "TLSv1.3, 1.3, true"})
    void olderVersionsAreRefused(String offered, String least, boolean taken) throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "min_version = \"" + least + "\"");
                SSLSocket socket =
                        TestCertificates.connect(certificates.client(null), gateway.port(), "shop.example")) {
            socket.setEnabledProtocols(new String[] {offered});
            if (taken) {
                shown(socket);
                assertThat(socket.getSession().getProtocol()).isEqualTo(offered);
            } else {
                assertThatThrownBy(() -> shown(socket)).isInstanceOf(SSLException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, shop.example, 200",
        "shop.example, shop.example:8443, 200",
        "shop.example, b.shop.example, 200",
        "shop.example, other.example, 421",
        "shop.example, b.b.shop.example, 421",
        "shop.example, '[::1]', 421",
        ", 127.0.0.1, 200",
        ", '[::1]', 200",
        ", other.example, 421",
        "other.example, shop.example, 421",
    })
    void aRequestForAHostThatTheCertificateIsNotForIsMisdirected(@Nullable String name, String host, int status)
            throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "");
                RawClient client = client(gateway, name)) {
            Answer answer = get(client, host);
            assertThat(answer.status()).isEqualTo(status);
            if (status == 421) {
                assertThat(answer.body()).contains("MISDIRECTED_REQUEST");
            }
        }
    }

    @Test
    void aCertificateThatIsReplacedIsShownToNewClientsAndOldConnectionsGoOn() throws Exception {
        Path file = Files.createTempFile(folder, "gateway", ".toml");
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("served"))) {
            Files.writeString(file, toml(upstream.port(), 2, ""));
            try (TestGateway gateway = TestGateway.start(file);
                    RawClient before = client(gateway, "shop.example")) {
                gateway.gateway().watchFiles();
                assertThat(get(before, "shop.example").body()).isEqualTo("served");
                X509Bundle next = certificates.write("shop", Algorithm.ecp256, "shop.example", "new.shop.example");

                Awaitility.await().until(() -> {
                    try (SSLSocket socket =
                            TestCertificates.connect(certificates.client(null), gateway.port(), "shop.example")) {
                        return shown(socket).equals(next.getCertificate());
                    }
                });
                assertThat(get(before, "a.shop.example").body()).isEqualTo("served");
            }
        }
    }

    /** As secrets are mounted: the files are links through a folder that is a link, which is pointed elsewhere. */
    @Test
    void aLinkThatIsPointedElsewhereIsNoticed() throws Exception {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path two = Files.createDirectory(folder.resolve("two"));
        Path mount = folder.resolve("mount");
        Files.createSymbolicLink(mount, one);
        for (Path version : new Path[] {one, two}) {
            certificates.write("swap", Algorithm.ecp256, "shop.example");
            Files.move(folder.resolve("swap.pem"), version.resolve("shop.pem"));
            Files.move(folder.resolve("swap.key"), version.resolve("shop.key"));
        }
        Path file = folder.resolve("gateway.toml");
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("served"))) {
            Files.writeString(
                    file,
                    toml(upstream.port(), 2, "")
                            .replace(
                                    folder.resolve("shop.pem").toString(),
                                    mount.resolve("shop.pem").toString())
                            .replace(
                                    folder.resolve("shop.key").toString(),
                                    mount.resolve("shop.key").toString()));
            try (TestGateway gateway = TestGateway.start(file)) {
                gateway.gateway().watchFiles();
                X509Certificate first = shownTo(gateway);
                Path link = folder.resolve("link");
                Files.createSymbolicLink(link, two);
                Files.move(link, mount, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

                Awaitility.await().until(() -> !shownTo(gateway).equals(first));
            }
        }
    }

    private X509Certificate shownTo(TestGateway gateway) throws Exception {
        try (SSLSocket socket = TestCertificates.connect(certificates.client(null), gateway.port(), "shop.example")) {
            return shown(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"half a certificate", "half a key", "another key", "gone"})
    void whatCannotBeUsedLeavesTheOldCertificate(String kind) throws Exception {
        Path file = folder.resolve("gateway.toml");
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("served"))) {
            Files.writeString(file, toml(upstream.port(), 2, ""));
            try (TestGateway gateway = TestGateway.start(file)) {
                X509Certificate first = shownTo(gateway);
                Path pem = folder.resolve("shop.pem");
                Path key = folder.resolve("shop.key");
                switch (kind) {
                    case "half a certificate" ->
                        Files.writeString(pem, Files.readString(pem).substring(0, 300));
                    case "half a key" ->
                        Files.writeString(key, Files.readString(key).substring(0, 90));
                    case "another key" ->
                        Files.copy(folder.resolve("other.key"), key, StandardCopyOption.REPLACE_EXISTING);
                    default -> Files.delete(pem);
                }
                gateway.gateway().reloadFiles();

                assertThat(shownTo(gateway)).isEqualTo(first);
                assertThat(metrics(gateway)).contains("gateway_config_last_reload_successful 0.0");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void aSessionIsResumedAlsoAfterAReload(String version) throws Exception {
        Path file = folder.resolve("gateway.toml");
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("served"))) {
            Files.writeString(file, toml(upstream.port(), 2, ""));
            try (TestGateway gateway = TestGateway.start(file)) {
                SSLContext same = certificates.client(null);
                converse(gateway, same, version);
                converse(gateway, same, version);
                Files.writeString(file, toml(upstream.port(), 2, "hsts = \"1h\""));
                gateway.gateway().reloadFiles();
                converse(gateway, same, version);
                Awaitility.await().until(() -> gateway.finished().size() == 3);
                assertThat(metrics(gateway))
                        .containsPattern("outcome=\"completed\",resumed=\"true\",version=\"" + version + "\"} 2.0");
            }
        }
    }

    private static void converse(TestGateway gateway, SSLContext context, String version) throws Exception {
        SSLSocket socket = TestCertificates.connect(context, gateway.port(), "shop.example");
        socket.setEnabledProtocols(new String[] {version});
        try (RawClient client = new RawClient(socket)) {
            assertThat(get(client, "shop.example").status()).isEqualTo(200);
        }
    }

    /** A client that asks for another handshake has one server after the other do the costly part of it. */
    @Test
    void nothingIsNegotiatedAnew() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                TestGateway gateway = start(upstream, "");
                SSLSocket socket =
                        TestCertificates.connect(certificates.client(null), gateway.port(), "shop.example")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            RawClient client = new RawClient(socket);
            assertThat(get(client, "shop.example").status()).isEqualTo(200);
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        get(client, "shop.example");
                    })
                    .isInstanceOf(IOException.class);
            Awaitility.await().until(() -> gateway.openConnections() == 0);
            assertThat(upstream.heads()).hasSize(1);
        }
    }

    @Test
    void whatIsNoTlsEndsTheConnectionAndIsCounted() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "")) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                assertThat(client.isEnded()).isTrue();
            }
            try (Socket nothing = new Socket("127.0.0.1", gateway.port())) {
                nothing.getOutputStream().write(new byte[] {22, 3, 1});
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(metrics(gateway))
                            .containsPattern("outcome=\"failed\",.*} 1.0")
                            .containsPattern("outcome=\"closed\",.*} 1.0"));
            Awaitility.await().until(() -> gateway.openConnections() == 0);
        }
    }

    /** A record says how long it is, a ClientHello too; neither makes the gateway keep more than its bound. */
    @Test
    void aClientHelloOfMoreThanTheBoundIsRefused() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "");
                RawClient client = new RawClient(gateway.port())) {
            byte[] record = new byte[5 + 4 + 100];
            byte[] head = {22, 3, 1, 0, 104, 1, 1, 0, 0};
            System.arraycopy(head, 0, record, 0, head.length);
            client.send(record);
            assertThat(client.isEnded()).isTrue();
        }
    }

    /** An answer that is cut off must not look like one that has ended: the session is not ended either. */
    @Test
    void anAnswerThatIsCutOffLooksSo() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                    x.socket().setSoLinger(true, 0);
                    x.socket().close();
                });
                TestGateway gateway = start(upstream, "");
                SSLSocket socket =
                        TestCertificates.connect(certificates.client(null), gateway.port(), "shop.example")) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\nHost: shop.example\r\n\r\n".getBytes());
            InputStream in = socket.getInputStream();

            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionEndsTheSessionFirst() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
                });
                TestGateway gateway = start(upstream, "");
                SSLSocket socket =
                        TestCertificates.connect(certificates.client(null), gateway.port(), "shop.example")) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\nHost: shop.example\r\n\r\n".getBytes());

            assertThat(new String(socket.getInputStream().readAllBytes())).endsWith("hello");
        }
    }

    @Test
    void largeContentGoesBothWays() throws Exception {
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 'x');
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = start(upstream, "");
                RawClient client = client(gateway, "shop.example")) {
            client.send("POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + large.length + "\r\n\r\n");
            Thread sending = Thread.startVirtualThread(() -> {
                try {
                    client.send(large);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(client.read().body()).hasSize(large.length);
            sending.join(Duration.ofSeconds(10));
        }
    }

    /** The key exchange that also holds against quantum computers, where the client offers it. */
    @Test
    void theHybridGroupIsAgreedOn() throws Exception {
        assumeTrue(OpenSsl.isAvailable(), "the native library does not load here");
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .trustManager(certificates.authority().toFile())
                .build();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = start(upstream, "")) {
            SslHandler handler = context.newHandler(UnpooledByteBufAllocator.DEFAULT, "shop.example", 443);
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(handler)
                    .connect("127.0.0.1", gateway.port())
                    .sync()
                    .channel();
            handler.handshakeFuture().sync();
            long session = ((ReferenceCountedOpenSslEngine) handler.engine()).sslPointer();
            assertThat(SSL.getGroupName(session)).isEqualTo("X25519MLKEM768");
            channel.close().sync();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
