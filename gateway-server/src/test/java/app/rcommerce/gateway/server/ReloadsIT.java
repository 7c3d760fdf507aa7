package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Reloads without end, under clients that stay. */
@Timeout(120)
@ExtendWith(Leaks.class)
class ReloadsIT {

    private static final int RELOADS = 200;
    private static final int FIRST = 20;
    /** A frame of text with a mask of zeros, and its echo. */
    private static final byte[] FRAME = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};

    @TempDir
    Path folder;

    private Path config(TestCertificates certificates, int upstream, int number) throws IOException {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            routes.append("""
                    [[routes]]
                    name = "route-%1$d"
                    path = "/r%1$d/%2$d"
                    respond = { body = "%2$d" }
                    """.formatted(i, number));
        }
        return Files.writeString(
                folder.resolve("gateway.toml"), """
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }]
                workers = 2
                access_log = false
                shutdown_grace = "1s"
                [server.admin]
                listen = "127.0.0.1:0"
                [server.tls]
                certificates = [%s]
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "live"
                path = "/ws"
                upstream = "origin"
                websocket = {}
                [[routes]]
                name = "number"
                path = "/number"
                respond = { body = "%d" }
                %s
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(certificates.entry("shop"), upstream, number, routes));
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static SSLSocket connect(TestCertificates certificates, TestGateway gateway, String protocol)
            throws Exception {
        SSLSocket socket = TestCertificates.connect(certificates.client(null), gateway.port(), "shop.test");
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Test
    void noConnectionIsDroppedAndNothingGrows() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.test");
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/ws")) {
                        x.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                        for (byte[] in = x.in().readNBytes(FRAME.length);
                                in.length == FRAME.length;
                                in = x.in().readNBytes(FRAME.length)) {
                            x.out().write(new byte[] {in[0], 2, in[6], in[7]});
                        }
                    } else {
                        x.ok("origin");
                    }
                });
                TestGateway gateway = TestGateway.start(config(certificates, upstream.port(), 0));
                RawClient http1 = new RawClient(connect(certificates, gateway, "http/1.1"));
                Http2Client http2 = new Http2Client(connect(certificates, gateway, "h2"), false);
                RawClient socket = new RawClient(connect(certificates, gateway, "http/1.1"))) {
            assertThat(socket.get(
                                    "/ws",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                            .read()
                            .status())
                    .isEqualTo(101);
            long heap = 0;
            long direct = 0;
            for (int i = 1; i <= RELOADS; i++) {
                X509Certificate made = certificates
                        .write("shop", Algorithm.ecp256, "shop.test")
                        .getCertificate();
                config(certificates, upstream.port(), i);
                gateway.gateway().reloadFiles();

                assertThat(http1.get("/number").read().body()).isEqualTo("" + i);
                assertThat(http1.get("/").read().body()).isEqualTo("origin");
                assertThat(http2.read(http2.get("/number", "x", "y")).body()).isEqualTo("" + i);
                assertThat(http2.read(http2.get("/")).body()).isEqualTo("origin");
                socket.send(FRAME);
                assertThat(socket.stream().readNBytes(4)).isEqualTo(new byte[] {FRAME[0], 2, 'h', 'i'});
                if (i % 10 == 0) {
                    try (SSLSocket fresh = connect(certificates, gateway, "http/1.1")) {
                        assertThat(fresh.getSession().getPeerCertificates()[0]).isEqualTo(made);
                    }
                }
                if (i == FIRST) {
                    heap = heap();
                    direct = PlatformDependent.usedDirectMemory();
                }
            }
            assertThat(heap() - heap).as("heap").isLessThan(6L << 20);
            assertThat(PlatformDependent.usedDirectMemory() - direct)
                    .as("direct memory")
                    .isLessThan(2L << 20);
        }
    }
}
