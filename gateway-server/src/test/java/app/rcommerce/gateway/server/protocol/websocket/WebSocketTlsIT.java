package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.nio.file.Path;
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
