package app.rcommerce.gateway.server.protocol.http2;

import static app.rcommerce.gateway.server.protocol.http2.Http2Gateway.metric;
import static app.rcommerce.gateway.server.testing.Http2Client.ENHANCE_YOUR_CALM;
import static app.rcommerce.gateway.server.testing.Http2Client.REFUSED_STREAM;
import static app.rcommerce.gateway.server.testing.Http2Client.SETTINGS_TIMEOUT;
import static app.rcommerce.gateway.server.testing.Http2Client.bytes;
import static app.rcommerce.gateway.server.testing.Http2Client.number;
import static app.rcommerce.gateway.server.testing.Http2Client.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Http2Client.Answer;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The attacks on HTTP/2 that have names: in each the bound holds, a metric says so, and honest clients are served. */
@ExtendWith(Leaks.class)
class Http2AttackIT {

    private static final String CLOSED = "gateway_http2_connections_closed_total{reason=\"%s\"}";
    private static final String MISBEHAVIOUR = "gateway_http2_misbehaviour_total{kind=\"%s\"}";

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void release() {
        end.countDown();
    }

    /** An origin that answers only what is asked for at once. */
    private RawUpstream origin() throws IOException {
        return new RawUpstream(x -> {
            if (x.line().contains("/slow")) {
                end.await(20, TimeUnit.SECONDS);
            }
            x.ok(x.content());
        });
    }

    private static void honestClientIsServed(TestGateway gateway) throws IOException {
        try (Http2Client honest = new Http2Client(gateway.port())) {
            assertThat(honest.read(honest.get("/")).status()).isEqualTo(200);
        }
    }

    private static byte[] frames(int times, byte[]... frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            for (byte[] frame : frames) {
                all.write(frame);
            }
        }
        return all.toByteArray();
    }

    private static void isClosedForMisbehaviour(TestGateway gateway, Http2Client client, String kind) throws Exception {
        assertThat(client.end()).isEqualTo(ENHANCE_YOUR_CALM);
        await().until(() -> gateway.openConnections() == 0);
        assertThat(metric(gateway, CLOSED.formatted("misbehaviour"))).isEqualTo(1);
        assertThat(metric(gateway, MISBEHAVIOUR.formatted(kind))).isBetween(190.0, 210.0);
        honestClientIsServed(gateway);
    }

    /** CVE-2023-44487. */
    @Test
    void rapidResetsAreCutOffAndCancelledUpstream() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            try {
                for (int i = 0; i < 1_000; i++) {
                    int stream = client.get("/slow");
                    client.send(Http2Client.RST_STREAM, 0, stream, number(Http2Client.CANCEL));
                }
            } catch (SocketException e) {
                // Closed already.
            }
            isClosedForMisbehaviour(gateway, client, "reset");
            assertThat(gateway.finished()).hasSizeLessThanOrEqualTo(210);
            assertThat(metric(gateway, "gateway_http2_streams")).isZero();
            await().untilAsserted(() -> assertThat(metric(gateway, "gateway_upstream_requests{upstream=\"origin\"}"))
                    .as("requests that the origin still works for")
                    .isZero());
        }
    }

    /** CVE-2025-8671: the client makes us reset the streams. */
    @Test
    void resetsThatAClientProvokesAreCutOffAndCancelledUpstream() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            try {
                for (int i = 0; i < 1_000; i++) {
                    int stream = client.get("/slow");
                    client.send(Http2Client.WINDOW_UPDATE, 0, stream, number(Integer.MAX_VALUE));
                }
            } catch (SocketException e) {
                // Closed already.
            }
            isClosedForMisbehaviour(gateway, client, "provoked_reset");
            assertThat(gateway.finished()).hasSizeLessThanOrEqualTo(210);
            await().untilAsserted(() -> assertThat(metric(gateway, "gateway_upstream_requests{upstream=\"origin\"}"))
                    .isZero());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "settings, 4, 0, 0, 0",
        "settings, 4, 1, 0, 0",
        "ping, 6, 0, 0, 8",
        "priority, 2, 0, 3, 5",
        "other_frame, 200, 0, 0, 0",
    })
    void floodsOfControlFramesAreCutOff(String kind, int type, int flags, int stream, int length) throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/")).status()).isEqualTo(200);
            client.raw(frames(300, bytes(type, flags, stream, new byte[length])));
            isClosedForMisbehaviour(gateway, client, kind);
        }
    }

    @Test
    void windowsThatAreEnlargedByNothingAreCutOff() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            client.raw(frames(300, bytes(Http2Client.WINDOW_UPDATE, 0, 0, number(1))));
            isClosedForMisbehaviour(gateway, client, "window_update");
        }
    }

    @Test
    void contentWithoutContentIsCutOff() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            int stream = client.post("/");
            client.raw(frames(300, bytes(Http2Client.DATA, 0, stream, new byte[0])));
            isClosedForMisbehaviour(gateway, client, "empty_data");
        }
    }

    @Test
    void aSectionInPiecesWithoutEndIsCutOff() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            client.send(Http2Client.HEADERS, 0, 1, client.section(":method", "GET"));
            client.raw(frames(300, bytes(Http2Client.CONTINUATION, 0, 1, new byte[0])));
            assertThat(client.end()).isEqualTo(ENHANCE_YOUR_CALM);
            await().until(() -> gateway.openConnections() == 0);
            assertThat(metric(gateway, CLOSED.formatted("misbehaviour"))).isEqualTo(1);
            honestClientIsServed(gateway);
        }
    }

    @Test
    void aSectionThatDoesNotEndHasATime() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "header_timeout = \"400ms\"");
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/")).status()).isEqualTo(200);
            client.send(Http2Client.HEADERS, 0, 3, client.section(":method", "GET"));
            client.end();
            assertThat(metric(gateway, CLOSED.formatted("header_timeout"))).isEqualTo(1);
            honestClientIsServed(gateway);
        }
    }

    @Test
    void halfAFrameHasATime() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "header_timeout = \"400ms\"");
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/")).status()).isEqualTo(200);
            client.raw(new byte[] {0, 0, 8, 6});
            client.end();
            assertThat(metric(gateway, CLOSED.formatted("header_timeout"))).isEqualTo(1);
        }
    }

    /** A table that is filled once and then named by one byte a field: neither crumbs nor fields pile up. */
    @Test
    void fieldsOfOneByteEachAreRefused() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            for (String name : List.of("cookie", "x-bomb")) {
                byte[] head = client.section(
                        ":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", name, "v".repeat(2000));
                assertThat(client.read(client.begin(head, true)).status()).isEqualTo(200);
                ByteArrayOutputStream bomb = new ByteArrayOutputStream();
                bomb.write(client.section(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/"));
                // The newest entry of the table has the index 62 (RFC 7541 §2.3.3).
                byte[] references = new byte[16_000];
                java.util.Arrays.fill(references, (byte) (0x80 | 62));
                bomb.write(references);
                Answer answer = client.read(client.begin(bomb.toByteArray(), true));
                assertThat(answer.status()).isEqualTo(431);
            }
            honestClientIsServed(gateway);
        }
    }

    @Test
    void aLargerTableForAnswersIsNotFilled() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.send("HTTP/1.1 200 OK\r\nX-Long: "
                        + x.line().substring(5, 3000) + "\r\nContent-Length: 0\r\n\r\n"));
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            client.send(Http2Client.SETTINGS, 0, 0, settings(1, Integer.MAX_VALUE));
            for (int i = 0; i < 20; i++) {
                Answer answer = client.read(client.get("/" + i + "/" + "y".repeat(3_000)));
                assertThat(answer.status())
                        .as("the client's own table has 4,096 bytes")
                        .isEqualTo(200);
            }
        }
    }

    /** CVE-2026-50560. */
    @Test
    void aClientThatTakesNoAnswersIsSentAway() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(
                        Http2Client.connected(gateway.port()), false, Http2Client.MAX_HEADER_LIST_SIZE, 10)) {
            client.get("/");
            assertThat(client.end()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(upstream.heads()).as("nothing is asked for it").isEmpty();
            assertThat(metric(gateway, CLOSED.formatted("tiny_header_list"))).isEqualTo(1);
            honestClientIsServed(gateway);
        }
    }

    @Test
    void anAnswerLargerThanAClientAdvisesIsSentAllTheSame() throws Exception {
        String large = "z".repeat(5_000);
        try (RawUpstream upstream = new RawUpstream(
                        x -> x.send("HTTP/1.1 200 OK\r\nX: " + large + "\r\nContent-Length: 0\r\n\r\n"));
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(
                        Http2Client.connected(gateway.port()), false, Http2Client.MAX_HEADER_LIST_SIZE, 2_000)) {
            assertThat(client.read(client.get("/")).field("x")).isEqualTo(large);
        }
    }

    @Test
    void streamsBeyondThoseThatMayBeAreRefused() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway =
                        Http2Gateway.forwardingTo(upstream.port(), 1, "[server.http2]\nmax_concurrent_streams = 10\n");
                Http2Client client = new Http2Client(gateway.port())) {
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                streams.add(client.get("/slow"));
            }
            for (int stream : streams.subList(10, 15)) {
                assertThat(client.read(stream).reset()).isEqualTo(REFUSED_STREAM);
            }
            assertThat(metric(gateway, "gateway_http2_streams_refused_total")).isEqualTo(5);
            assertThat(metric(gateway, "gateway_http2_streams")).isEqualTo(10);
            end.countDown();
            for (int stream : streams.subList(0, 10)) {
                assertThat(client.read(stream).status()).isEqualTo(200);
            }
        }
    }

    /** A client may have sent the content, and changed its mind, before it learns that its stream was refused. */
    @Test
    void whatIsOnItsWayForARefusedStreamIsIgnored() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.forwardingTo(
                        upstream.port(),
                        1,
                        "[server.http2]\nmax_concurrent_streams = 1\nconnection_window = \"64KB\"\n");
                Http2Client client = new Http2Client(gateway.port())) {
            int served = client.get("/slow");
            for (int i = 0; i < 3; i++) {
                int refused = client.post("/slow");
                client.send(Http2Client.DATA, 0, refused, new byte[10_000]);
                client.send(Http2Client.DATA, 0, refused, new byte[10_000]);
                client.send(Http2Client.WINDOW_UPDATE, 0, refused, number(1_000));
                client.send(Http2Client.RST_STREAM, 0, refused, number(Http2Client.CANCEL));
                assertThat(client.read(refused).reset()).isEqualTo(REFUSED_STREAM);
            }
            end.countDown();
            assertThat(client.read(served).status()).isEqualTo(200);
            assertThat(client.goAways()).isEmpty();
            // The window of the connection is whole again.
            int after = client.post("/");
            for (int i = 0; i < 6; i++) {
                client.send(Http2Client.DATA, i == 5 ? 1 : 0, after, new byte[10_000]);
            }
            assertThat(client.read(after).length()).isEqualTo(60_000);
            assertThat(metric(gateway, MISBEHAVIOUR.formatted("provoked_reset")))
                    .isZero();
        }
    }

    @Test
    void settingsThatAreNotAcknowledgedHaveATime() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "header_timeout = \"400ms\"");
                java.net.Socket socket = Http2Client.connected(gateway.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes());
            socket.getOutputStream().write(bytes(Http2Client.SETTINGS, 0, 0, new byte[0]));
            byte[] all = socket.getInputStream().readAllBytes();
            assertThat(all).contains(SETTINGS_TIMEOUT);
            assertThat(metric(gateway, CLOSED.formatted("settings_timeout"))).isEqualTo(1);
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosed() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "idle_timeout = \"400ms\"");
                Http2Client client = new Http2Client(gateway.port())) {
            assertThat(client.read(client.get("/")).status()).isEqualTo(200);
            assertThat(client.end()).isEqualTo(Http2Client.NO_ERROR);
            assertThat(metric(gateway, CLOSED.formatted("idle"))).isEqualTo(1);
        }
    }

    /** A little misbehaviour is everybody's right. */
    @Test
    void someOfEachIsForgiven() throws Exception {
        try (TestGateway gateway = Http2Gateway.answering(1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            client.raw(frames(30, bytes(Http2Client.PING, 0, 0, new byte[8])));
            client.raw(frames(30, bytes(Http2Client.SETTINGS, 0, 0, new byte[0])));
            client.raw(frames(30, bytes(Http2Client.WINDOW_UPDATE, 0, 0, number(1))));
            client.raw(frames(20, bytes(Http2Client.PRIORITY, 0, 3, new byte[5])));
            client.raw(frames(20, bytes(0x10, 0, 0, number(3))));
            client.raw(bytes(Http2Client.GOAWAY, 0, 0, new byte[8]));
            assertThat(client.read(client.get("/")).status()).isEqualTo(200);
            assertThat(client.end()).as("the client had said that it leaves").isEqualTo(Http2Client.NO_ERROR);
            assertThat(metric(gateway, MISBEHAVIOUR.formatted("other_frame"))).isZero();
            assertThat(metric(gateway, CLOSED.formatted("misbehaviour"))).isZero();
        }
    }

    @Test
    void whoMisbehavesAgainAndAgainIsBanned() throws Exception {
        try (TestGateway gateway = TestGateway.start("""
                [server]
                listen = [{ address = "127.0.0.1:0", h2c = true }]
                workers = 1
                [server.admin]
                listen = "127.0.0.1:0"
                [[access.bans]]
                name = "floods"
                after = "2 misbehaviour/minute"
                for = "10m"
                [[routes]]
                name = "fixed"
                path = "/"
                respond = { status = 200, body = "hello" }
                """)) {
            for (int i = 0; i < 2; i++) {
                honestClientIsServed(gateway);
                try (Http2Client client = new Http2Client(gateway.port())) {
                    client.raw(frames(300, bytes(Http2Client.PING, 0, 0, new byte[8])));
                    assertThat(client.end()).isEqualTo(ENHANCE_YOUR_CALM);
                }
            }
            try (Http2Client client = new Http2Client(gateway.port())) {
                await().untilAsserted(() ->
                        assertThat(client.read(client.get("/")).status()).isEqualTo(403));
            }
        }
    }
}
