package app.rcommerce.gateway.server.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Content that comes one byte to a frame: what it takes is not many times what it is. */
@ExtendWith(Leaks.class)
class Http2SmallPiecesIT {

    private static final int STREAMS = 6;
    private static final int EACH = 30_000;
    /** In bytes; by a piece for each frame it would be twice as much and more. */
    private static final long MOST = 12L * 1024 * 1024;

    private static byte[] pieces(int stream, int count) {
        byte[] piece = Http2Client.bytes(Http2Client.DATA, 0, stream, new byte[1]);
        byte[] all = new byte[count * piece.length];
        for (int i = 0; i < count; i++) {
            piece[piece.length - 1] = (byte) ('a' + i % 26);
            System.arraycopy(piece, 0, all, i * piece.length, piece.length);
        }
        return all;
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void anUpstreamThatTakesNothingLeavesLittleMoreThanTheContentInMemory() throws Exception {
        try (ServerSocket deaf = new ServerSocket()) {
            deaf.setReceiveBufferSize(2048);
            deaf.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1000);
            String patient = Http2Gateway.forwarding(deaf.getLocalPort(), 1, "").replace("\"2s\"", "\"30s\"");
            try (TestGateway gateway = TestGateway.start(patient);
                    Http2Client client = new Http2Client(gateway.port())) {
                int[] streams = new int[STREAMS];
                for (int i = 0; i < STREAMS; i++) {
                    streams[i] = client.post("/", "content-length", "900000");
                }
                client.settle();
                long before = used();
                for (int stream : streams) {
                    client.raw(pieces(stream, EACH));
                }
                client.settle();
                assertThat(used() - before).isLessThan(MOST);
            }
        }
    }

    @Test
    void theyArriveWholeAndInOrder() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "");
                Http2Client client = new Http2Client(gateway.port())) {
            int one = client.post("/");
            int other = client.post("/");
            for (int i = 0; i < 10; i++) {
                client.raw(pieces(one, 2600));
                client.raw(pieces(other, 26));
                client.data(one, "0".repeat(3000), false);
            }
            client.data(one, "!", true);
            client.data(other, "", true);
            String letters = "abcdefghijklmnopqrstuvwxyz";
            assertThat(client.read(other).body()).isEqualTo(letters.repeat(10));
            assertThat(client.read(one).body()).isEqualTo((letters.repeat(100) + "0".repeat(3000)).repeat(10) + "!");
            Awaitility.await().until(() -> gateway.finished().size() == 2);
        }
    }
}
