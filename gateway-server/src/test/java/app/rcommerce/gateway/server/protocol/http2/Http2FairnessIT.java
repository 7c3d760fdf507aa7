package app.rcommerce.gateway.server.protocol.http2;

import static app.rcommerce.gateway.server.testing.Http2Client.END_HEADERS;
import static app.rcommerce.gateway.server.testing.Http2Client.END_STREAM;
import static app.rcommerce.gateway.server.testing.Http2Client.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one connection of HTTP/2 may have of an event loop while others want it as well. */
@Timeout(60)
class Http2FairnessIT {

    private static final int STREAMS = 100;

    @TempDir
    private Path folder;

    private final List<String> arrived = new CopyOnWriteArrayList<>();

    private static byte[] request(int stream, String path) {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, 0x01, 4, 's', 'h', 'o', 'p', 0x04});
        section.write(path.length());
        section.writeBytes(path.getBytes(StandardCharsets.US_ASCII));
        return Http2Client.bytes(HEADERS, END_HEADERS | END_STREAM, stream, section.toByteArray());
    }

    /** What a flood of resets would have cost its upstream. */
    @Test
    void aRequestThatIsResetInThePieceThatItCameInNeverBegins() throws Exception {
        try (RawUpstream upstream = new RawUpstream(exchange -> {
                    arrived.add(exchange.line().split(" ")[1]);
                    exchange.send("HTTP/1.1 204 No Content\r\n\r\n");
                });
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/first")).status()).isEqualTo(204);
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            for (int i = 0; i < 10; i++) {
                piece.writeBytes(request(101 + 2 * i, "/reset"));
                piece.writeBytes(Http2Client.bytes(
                        Http2Client.RST_STREAM, 0, 101 + 2 * i, Http2Client.number(Http2Client.CANCEL)));
            }
            piece.writeBytes(request(201, "/last"));
            client.raw(piece.toByteArray());

            assertThat(client.read(201).status()).isEqualTo(204);
            assertThat(arrived).containsExactly("/first", "/last");
            assertThat(gateway.finished()).as("told of all the same").hasSize(12);
        }
    }

    /** The gateway is asleep while both ask, so that it finds everything at once. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void othersComeBetweenTheManyRequestsOfOneConnection(boolean sendsNoMore) throws Exception {
        try (RawUpstream upstream = new RawUpstream(exchange -> {
                    arrived.add(exchange.line().split(" ")[1]);
                    exchange.send("HTTP/1.1 204 No Content\r\n\r\n");
                });
                GatewayProcess gateway = GatewayProcess.run(
                        Files.writeString(folder.resolve("gateway.toml"), """
                                [server]
                                listen = [{ address = "127.0.0.1:0", h2c = true }]
                                workers = 1
                                [server.admin]
                                listen = "127.0.0.1:0"
                                [upstreams.commerce]
                                servers = ["http://127.0.0.1:%d"]
                                max_connections = 1000
                                [[routes]]
                                name = "all"
                                path = "/**"
                                upstream = "commerce"
                                """.formatted(upstream.port())));
                Socket many = Http2Client.connected(gateway.port());
                RawClient other = new RawClient(gateway.port())) {
            many.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            many.getOutputStream().write(Http2Client.bytes(4, 0, 0, new byte[0]));
            assertThat(other.send("GET /first HTTP/1.1\r\nHost: shop\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(204);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            List<String> expected = new ArrayList<>(List.of("/first", "/other"));
            for (int i = 0; i < STREAMS; i++) {
                all.writeBytes(request(2 * i + 1, "/many-" + i));
                expected.add("/many-" + i);
            }

            gateway.signal("STOP");
            many.getOutputStream().write(all.toByteArray());
            if (sendsNoMore) {
                many.shutdownOutput();
            }
            other.send("GET /other HTTP/1.1\r\nHost: shop\r\n\r\n");
            gateway.signal("CONT");

            assertThat(other.read().status()).isEqualTo(204);
            Awaitility.await().untilAsserted(() -> assertThat(arrived).containsExactlyInAnyOrderElementsOf(expected));
            assertThat(arrived.indexOf("/other")).as("behind so many").isLessThan(STREAMS / 2);
        }
    }
}
