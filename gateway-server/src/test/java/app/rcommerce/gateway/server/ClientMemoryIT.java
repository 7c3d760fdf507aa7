package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.SmallGateway;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients take of the heap is bounded, whatever they open, and given back. */
class ClientMemoryIT {

    private static final String RESERVED = "gateway_memory_reserved_bytes{use=\"clients\"}";
    private static final String BUDGET = "gateway_memory_budget_bytes{use=\"clients\"}";

    private static final int STREAMS = 100;

    @TempDir
    private Path folder;

    private SmallGateway run(RawUpstream upstream) throws IOException {
        return SmallGateway.run(folder, upstream, "", "64m");
    }

    /** A client that takes as much memory as it can with one connection, and then sends nothing. */
    private static Closeable greedy(String what, int port) throws IOException {
        switch (what) {
            case "heads" -> {
                RawClient client = new RawClient(port);
                client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n" + fields() + "\r\n");
                return client::close;
            }
            case "streams" -> {
                Http2Client client = new Http2Client(port);
                byte[] section = client.section(
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":authority",
                        "a",
                        ":path",
                        "/slow",
                        "x",
                        "y".repeat(9_000));
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                for (int i = 0; i < STREAMS; i++) {
                    all.write(Http2Client.bytes(Http2Client.HEADERS, Http2Client.END_HEADERS, 2 * i + 1, section));
                }
                client.raw(all.toByteArray());
                return client::close;
            }
            default -> {
                Http2Client client = new Http2Client(port);
                client.send(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]);
                return client::close;
            }
        }
    }

    private static String fields() {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < 90; i++) {
            fields.append("name-")
                    .append(i)
                    .append(": ")
                    .append("v".repeat(140))
                    .append("\r\n");
        }
        return fields.toString();
    }

    @ParameterizedTest
    @CsvSource({"heads,1500", "streams,60", "idle,1500"})
    void whoeverTakesAllOfItAndSendsNothingIsClosedAndTheOthersAreServed(String what, int clients) throws Exception {
        List<Closeable> greedy = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("small"));
                SmallGateway gateway = run(upstream)) {
            int port = gateway.port();
            for (int i = 0; i < clients; i++) {
                try {
                    greedy.add(greedy(what, port));
                } catch (SocketException e) {
                    // Closed at once: memory is spent already.
                }
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> gateway.hasSaid("have taken nearly all of"));
            gateway.awaitServed(Duration.ofSeconds(30));
            assertThat(gateway.metric(RESERVED)).isPositive().isLessThanOrEqualTo(gateway.metric(BUDGET));
            assertThat(gateway.isAlive()).isTrue();
            for (Closeable client : greedy) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> gateway.metric(RESERVED) == 0);
        } finally {
            for (Closeable client : greedy) {
                client.close();
            }
        }
    }

    @Test
    void whatRequestsHaveTakenIsGivenBackWhileTheirConnectionStays() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/ws")) {
                        x.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                    } else {
                        x.ok("small");
                    }
                });
                SmallGateway gateway = run(upstream);
                RawClient one = new RawClient(gateway.port());
                Http2Client two = new Http2Client(gateway.port());
                RawClient socket = new RawClient(gateway.port())) {
            two.send(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]);
            one.get("/first").read();
            two.read(two.get("/first"));
            socket.get("/first").read();
            await().until(() -> gateway.metric(RESERVED) > 0);
            double idle = gateway.metric(RESERVED);
            for (int i = 0; i < 50; i++) {
                assertThat(one.get("/" + i).read().status()).isEqualTo(200);
                assertThat(two.read(two.get("/" + i)).status()).isEqualTo(200);
                int reset = two.post("/" + i);
                two.send(Http2Client.RST_STREAM, 0, reset, Http2Client.number(Http2Client.CANCEL));
            }
            await().until(() -> gateway.metric(RESERVED) == idle);

            // A handshake's request is there as long as its WebSocket.
            socket.get(
                    "/ws",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            await().until(() -> gateway.metric(RESERVED) > idle);
            socket.close();
            one.close();
            two.close();
            await().until(() -> gateway.metric(RESERVED) == 0);
        }
    }
}
