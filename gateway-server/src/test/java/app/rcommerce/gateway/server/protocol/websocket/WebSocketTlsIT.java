package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets of clients that come by TLS. */
@Timeout(60)
@ExtendWith(Leaks.class)
class WebSocketTlsIT {

    @TempDir
    Path folder;

    /** Sockets stay open for days: who loses what it was let in by is not let in for as long. */
    @Test
    void aCallerWhoseCertificateIsBlockedLosesItsSockets() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.test");
        X509Bundle erp = certificates.write("erp", Algorithm.ecp256, "erp");
        X509Bundle crm = certificates.write("crm", Algorithm.ecp256, "crm");
        RawUpstream upstream = new RawUpstream(SocketServer::echo);
        String config = SocketServer.config(upstream.port(), 2, "")
                .replace(
                        "listen = [\"127.0.0.1:0\"]\nworkers",
                        "listen = [{ address = \"127.0.0.1:0\", tls = true }]\nworkers")
                .replace(
                        "[upstreams.origin]",
                        "[server.tls]\ncertificates = [" + certificates.entry("shop")
                                + "]\nclient_certificates = \"optional\"\nclient_ca = \"" + certificates.authority()
                                + "\"\n[upstreams.origin]");
        try (upstream;
                TestGateway gateway = TestGateway.start(config);
                SocketClient blocked = open(gateway, certificates.client(erp));
                SocketClient other = open(gateway, certificates.client(crm));
                SocketClient nobody = open(gateway, certificates.client(null))) {
            Shop.admin(gateway, "POST", "blocks", "{\"subject\":\"cert:CN=erp\",\"for\":\"1h\"}");
            assertThat(blocked.readClose()).isEqualTo(4403);
            for (SocketClient kept : List.of(other, nobody)) {
                assertThat(kept.text("still").readMessage().text()).isEqualTo("still");
            }
        }
    }

    private static SocketClient open(TestGateway gateway, SSLContext context) throws Exception {
        SocketClient client =
                SocketClient.open(new RawClient(TestCertificates.connect(context, gateway.port(), "shop.test")), "/ws");
        assertThat(client.text("open").readMessage().text()).isEqualTo("open");
        return client;
    }

    @Test
    void framesPassByTlsAndTheSocketEndsAsItDoesInTheClear() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.test");
        try (RawUpstream upstream = new RawUpstream(SocketServer::echo);
                TestGateway gateway = TestGateway.start(SocketServer.config(upstream.port(), 2, "")
                        .replace(
                                "listen = [\"127.0.0.1:0\"]\nworkers",
                                "listen = [{ address = \"127.0.0.1:0\", tls = true }]\nworkers")
                        .replace(
                                "[upstreams.origin]",
                                "[server.tls]\ncertificates = [" + certificates.entry("shop")
                                        + "]\n[upstreams.origin]"));
                SocketClient client = SocketClient.open(
                        new RawClient(TestCertificates.connect(certificates.client(null), gateway.port(), "shop.test")),
                        "/ws")) {
            assertThat(client.text("hello").read().text()).isEqualTo("hello");
            String large = "x".repeat(300_000);
            assertThat(client.text(large).read().text()).isEqualTo(large);
            client.send(Frames.text(false, "without a mask"));
            assertThat(client.readClose()).isEqualTo(1002);
            assertThat(client.isEnded()).isTrue();
            Awaitility.await().until(() -> !gateway.finished().isEmpty());
            Finished finished = gateway.finished().getFirst();
            assertThat(finished.protocol().name()).isEqualTo("websocket");
            assertThat(finished.protocol().tlsVersion()).isEqualTo("TLSv1.3");
        }
    }
}
