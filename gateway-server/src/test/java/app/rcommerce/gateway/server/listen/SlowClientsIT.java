package app.rcommerce.gateway.server.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two thousand slow clients of each kind hold little, are let go in time, and keep nobody else waiting. */
class SlowClientsIT {

    private static final int CLIENTS = 2_000;

    /** What a client does not end. */
    private enum Slow {
        PROXY_HEADER(1, "PROXY TCP4 203.0.113.7 192.0"),
        CLIENT_HELLO(2, hello()),
        HEAD(0, "GET / HTTP/1.1\r\nHost: shop"),
        CONTENT(0, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nbegun"),
        READING(0, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"),
        FRAME(
                0,
                "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u0082\u00fe\u0001");

        private final int socket;
        private final String sent;

        Slow(int socket, String sent) {
            this.socket = socket;
            this.sent = sent;
        }

        /** The record and the head of a handshake message of 512 bytes, of which nothing follows. */
        private static String hello() {
            return new String(HexFormat.of().parseHex("16030102000100 01fc0303".replace(" ", "")), ISO_8859_1);
        }
    }

    @TempDir
    Path folder;

    private TestGateway start(RawUpstream upstream) throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.example");
        return TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0", { address = "127.0.0.1:0", proxy_protocol = ["127.0.0.1"] },
                  { address = "127.0.0.1:0", tls = true }]
                workers = 1
                header_timeout = "4s"
                body_timeout = "4s"
                idle_timeout = "4s"
                [server.admin]
                listen = "127.0.0.1:0"
                [server.tls]
                certificates = [%s]
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                max_connections = 5000
                [[routes]]
                name = "live"
                path = "/ws"
                upstream = "origin"
                websocket = { idle_timeout = "4s" }
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                cache = { ttl = "5m" }
                """.formatted(certificates.entry("shop"), upstream.port()));
    }

    @ParameterizedTest
    @EnumSource
    void theyAreLetGoAndHonestOnesAreServed(Slow slow) throws Exception {
        String large = "x".repeat(900_000);
        List<Socket> clients = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/ws")) {
                        x.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                        x.in().readAllBytes();
                    } else {
                        x.ok(x.line().contains("/large") ? large : "small");
                    }
                });
                TestGateway gateway = start(upstream);
                RawClient honest = gateway.client()) {
            assertThat(honest.get("/large").read().body()).hasSize(large.length());
            int port = gateway.gateway().addresses().get(slow.socket).getPort();
            long before = PlatformDependent.usedDirectMemory();
            long most = 0;
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(port, slow));
                if (i % 100 == 0) {
                    assertThat(honest.get("/small").read().body()).isEqualTo("small");
                    most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
                }
            }
            assertThat(most).as("memory outside of the heap").isLessThan(CLIENTS * 200_000L);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(honest.get("/small").read().body()).isEqualTo("small");
                return gateway.openConnections() == 1;
            });
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static Socket client(int port, Slow slow) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(4096);
        client.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        client.getOutputStream().write(slow.sent.getBytes(ISO_8859_1));
        return client;
    }
}
