package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.SmallGateway;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where memory outside of the heap is spent those who hold it are let go, and nobody is forgotten. */
class ScarceMemoryIT {

    private static final int MEGABYTE = 1_000_000;

    @TempDir
    private Path folder;

    private SmallGateway run(RawUpstream upstream) throws IOException {
        return SmallGateway.run(
                folder, upstream, "max_entry_size = \"1MB\"", "96m", "-Dio.netty.maxDirectMemory=16777216");
    }

    /** Opens a WebSocket and sends much. */
    private static void flood(RawUpstream.Exchange x) throws IOException {
        x.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        byte[] frame = new byte[4 + 60_000];
        System.arraycopy(new byte[] {(byte) 0x82, 126, (byte) (60_000 >> 8), (byte) 60_000}, 0, frame, 0, 4);
        for (int i = 0; i < 200; i++) {
            x.out().write(frame);
        }
    }

    /** No task of an event loop and no listener of a future ended by an error; the refusal of memory is no such end. */
    private static void nothingFailedHalfWay(SmallGateway gateway) {
        assertThat(gateway.lines())
                .noneMatch(line -> line.contains("A task raised an exception")
                        || line.contains("An exception was thrown by")
                        || line.contains("a connection of HTTP/2 failed"));
    }

    /** A client that has asked for much and takes nothing of it, or stops in the middle of what it sends. */
    private static Closeable silent(String protocol, int port) throws IOException {
        RawClient client = new RawClient(port, 4096);
        return switch (protocol) {
            case "h2" -> {
                int[] windows = {Http2Client.INITIAL_WINDOW_SIZE, 1 << 30};
                Http2Client http2 = new Http2Client(client.socket(), false, windows);
                http2.send(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1 << 30));
                http2.get("/large");
                yield http2::close;
            }
            case "websocket" -> {
                client.get(
                        "/ws",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
                yield client::close;
            }
            case "half a head" -> {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(14_000));
                yield client::close;
            }
            case "half a frame" -> {
                Http2Client http2 = new Http2Client(client.socket(), false);
                http2.send(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]);
                byte[] frame = Http2Client.bytes(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, new byte[16_000]);
                http2.raw(Arrays.copyOf(frame, 15_000));
                yield http2::close;
            }
            default -> {
                client.get("/large");
                yield client::close;
            }
        };
    }

    /**
     * Adds clients that take nothing until memory is scarce: what one of them holds depends on how its answer came in.
     */
    private static void crowd(SmallGateway gateway, String protocol, List<Closeable> silent) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            if (gateway.hasSaid("memory outside of the heap is scarce")) {
                return true;
            }
            for (int i = 0; i < 20; i++) {
                silent.add(silent(protocol, gateway.port()));
            }
            return false;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2", "websocket", "half a head", "half a frame"})
    void whereMemoryIsScarceThoseWhoKeepItAreClosedAndTheOthersServed(String protocol) throws Exception {
        byte[] large = new byte[8 * MEGABYTE];
        List<Closeable> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/small")) {
                        x.ok("small");
                    } else if (x.line().contains("/ws")) {
                        flood(x);
                    } else {
                        x.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
                        x.out().write(large);
                    }
                });
                SmallGateway gateway = run(upstream)) {
            int port = gateway.port();
            for (int i = 0; i < 400; i++) {
                silent.add(silent(protocol, port));
            }
            crowd(gateway, protocol, silent);
            if (protocol.startsWith("half")) {
                assertThat(gateway.lines()).anyMatch(line -> line.contains("that did not go on for a second"));
            }
            gateway.awaitServed(Duration.ofSeconds(20));
            assertThat(gateway.isAlive()).isTrue();
            nothingFailedHalfWay(gateway);
        } finally {
            for (Closeable client : silent) {
                client.close();
            }
        }
    }

    @Test
    void readersOfAReplyForWhichMemoryIsSpentAreLetGo() throws Exception {
        byte[] large = new byte[MEGABYTE];
        List<Closeable> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/ws")) {
                        flood(x);
                    } else {
                        x.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
                        x.out().write(large);
                    }
                });
                SmallGateway gateway = run(upstream)) {
            for (int i = 0; i < 800; i++) {
                silent.add(silent(i % 8 != 7 ? "websocket" : "http/1.1", gateway.port()));
            }
            crowd(gateway, "websocket", silent);
            for (Closeable client : silent) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> gateway.metric("gateway_client_connections") == 0);
            nothingFailedHalfWay(gateway);
        } finally {
            for (Closeable client : silent) {
                client.close();
            }
        }
    }
}
