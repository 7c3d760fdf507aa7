package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Redis behind TLS with an authority of its own, which asks for a certificate. */
@Tag("redis")
@ExtendWith(Leaks.class)
class RedisTlsIT {

    @TempDir
    Path folder;

    private RedisServer redis;
    private TestCertificates certificates;
    private SSLServerSocket encrypted;
    private final AtomicInteger taken = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        certificates = new TestCertificates(folder);
        X509Bundle server = certificates.write("redis", Algorithm.ecp256, "localhost", "127.0.0.1");
        certificates.write("gateway", Algorithm.ecp256, "gateway");
        encrypted = (SSLServerSocket) certificates
                .client(server)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        encrypted.setNeedClientAuth(true);
        Thread.startVirtualThread(this::accept);
    }

    @AfterEach
    void stop() throws Exception {
        encrypted.close();
        redis.close();
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket client = (SSLSocket) encrypted.accept();
                Thread.startVirtualThread(() -> relay(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void relay(SSLSocket client) {
        try (client;
                Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), redis.port())) {
            client.startHandshake();
            taken.incrementAndGet();
            Thread.startVirtualThread(() -> copy(plain, client));
            client.getInputStream().transferTo(plain.getOutputStream());
        } catch (IOException e) {
            // The handshake has failed, or one of the two has left.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.close();
        } catch (IOException e) {
            // One of the two has left.
        }
    }

    private TestGateway gateway(RawUpstream upstream, String tls) throws IOException {
        return TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                cache_type = "Redis"
                [cache.redis]
                port = %d
                use_tls = true
                startup_wait = "2s"
                [cache.redis.tls]
                %s
                [limits.flood]
                key = "ip"
                rates = ["5/hour"]
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                limits = ["flood"]
                """.formatted(encrypted.getLocalPort(), tls, upstream.port()));
    }

    private static String scrape(TestGateway gateway) {
        return gateway.gateway().metrics().scrape("").text();
    }

    @Test
    void itIsUsedWithTheAuthorityAndTheCertificateThatAreConfigured() throws Exception {
        String tls = "ca = \"%s\"\ncert = \"%s\"\nkey = \"%s\""
                .formatted(certificates.authority(), folder.resolve("gateway.pem"), folder.resolve("gateway.key"));
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = gateway(upstream, tls);
                RawClient client = gateway.client()) {
            Awaitility.await().until(() -> scrape(gateway).contains("gateway_store_state{state=\"connected\"} 1.0"));
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/").read().status()).isEqualTo(200);
            }
            assertThat(client.get("/").read().status()).isEqualTo(429);
            assertThat(taken.get()).isPositive();
        }
    }

    @Test
    void withoutTheAuthorityItIsAway() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = gateway(
                        upstream,
                        "cert = \"%s\"\nkey = \"%s\""
                                .formatted(folder.resolve("gateway.pem"), folder.resolve("gateway.key")))) {
            Awaitility.await().until(() -> scrape(gateway).contains("gateway_store_state{state=\"connected\"} 0.0"));
            assertThat(taken.get()).isZero();
        }
    }

    @Test
    void withoutACertificateItIsAway() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = gateway(upstream, "ca = \"%s\"".formatted(certificates.authority()))) {
            Awaitility.await().until(() -> scrape(gateway).contains("gateway_store_state{state=\"connected\"} 0.0"));
        }
    }
}
