package app.rcommerce.gateway.server.protocol.http2;

import static app.rcommerce.gateway.server.protocol.http2.Http2Gateway.metric;
import static app.rcommerce.gateway.server.testing.Http2Client.bytes;
import static app.rcommerce.gateway.server.testing.Http2Client.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two thousand slow clients of each kind hold little, are let go in time, and keep nobody else waiting. */
class Http2SlowClientsIT {

    private static final int CLIENTS = 2_000;

    /** What a client does not do. */
    private enum Slow {
        /** End its first frame behind the settings. */
        FRAME("header_timeout"),
        /** End its header section. */
        SECTION("header_timeout"),
        /** Send its content. */
        CONTENT(""),
        /** Take what it has asked for. */
        READING("");

        private final String reason;

        Slow(String reason) {
            this.reason = reason;
        }
    }

    private static byte[] beginning(Slow slow) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        all.write(bytes(Http2Client.SETTINGS, 0, 0, settings(Http2Client.INITIAL_WINDOW_SIZE, 0)));
        all.write(bytes(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]));
        // GET or POST, http, "/", and a literal for the host (RFC 7541 §6.1, §6.2.2).
        byte[] section = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x01, 1, 'a'};
        switch (slow) {
            case FRAME -> all.write(new byte[] {0, 0, 100, 0});
            case SECTION -> all.write(bytes(Http2Client.HEADERS, 1, 1, section));
            case CONTENT -> {
                section[0] = (byte) 0x83;
                all.write(bytes(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, section));
                all.write(bytes(Http2Client.DATA, 0, 1, new byte[1]));
            }
            case READING -> all.write(bytes(Http2Client.HEADERS, Http2Client.END_HEADERS | 1, 1, section));
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void theyAreLetGoAndHonestOnesAreServed(Slow slow) throws Exception {
        byte[] beginning = beginning(slow);
        String large = "x".repeat(300_000);
        List<Socket> clients = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.line().contains("/small") ? "small" : large));
                TestGateway gateway = Http2Gateway.forwardingTo(
                        upstream.port(), 1, "header_timeout = \"4s\"\nbody_timeout = \"4s\"\nidle_timeout = \"1s\"");
                Http2Client honest = new Http2Client(gateway.port())) {
            assertThat(honest.read(honest.get("/small")).body()).isEqualTo("small");
            long before = PlatformDependent.usedDirectMemory();
            long most = 0;
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = Http2Client.connected(gateway.port());
                client.getOutputStream().write(beginning);
                clients.add(client);
                if (i % 100 == 0) {
                    assertThat(honest.read(honest.get("/small")).body()).isEqualTo("small");
                    most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
                }
            }
            assertThat(most).as("memory outside of the heap").isLessThan(CLIENTS * 100_000L);
            await().atMost(Duration.ofSeconds(40)).until(() -> gateway.openConnections() <= 1);
            if (!slow.reason.isEmpty()) {
                assertThat(metric(gateway, "gateway_http2_connections_closed_total{reason=\"" + slow.reason + "\"}"))
                        .isEqualTo(CLIENTS);
            } else {
                String side = slow == Slow.CONTENT ? "content" : "answer";
                assertThat(metric(gateway, "gateway_http2_streams_slow_total{side=\"" + side + "\"}"))
                        .isEqualTo(CLIENTS);
            }
            assertThat(metric(gateway, "gateway_http2_streams")).isZero();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }
}
