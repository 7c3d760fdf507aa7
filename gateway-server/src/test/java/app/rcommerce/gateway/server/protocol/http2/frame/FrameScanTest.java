package app.rcommerce.gateway.server.protocol.http2.frame;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Http2Client;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScanTest {

    private final List<String> seen = new ArrayList<>();
    private final FrameScan scan = new FrameScan((type, flags, length, value) -> {
        seen.add(type + " " + flags + " " + length + " " + value);
        return type != 99;
    });

    private boolean scan(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        int some = scan.scan(buffer);
        assertThat(buffer.readableBytes()).as("left for the decoder").isEqualTo(bytes.length);
        assertThat(some).isIn(bytes.length, FrameScan.ENOUGH);
        return some != FrameScan.ENOUGH;
    }

    private static byte[] frames(byte[]... frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(new byte[24]);
        for (byte[] frame : frames) {
            all.write(frame);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 9, 10, 24, 100, 10_000})
    void framesAreFoundHoweverTheirBytesArrive(int piece) throws IOException {
        byte[] all = frames(
                Http2Client.bytes(4, 0, 0, new byte[6]),
                Http2Client.bytes(0, 1, 3, new byte[300]),
                Http2Client.bytes(8, 0, 3, Http2Client.number(77)),
                Http2Client.bytes(6, 1, 0, new byte[8]),
                Http2Client.bytes(0, 0, 3, new byte[0]));
        for (int at = 0; at < all.length; at += piece) {
            assertThat(scan(java.util.Arrays.copyOfRange(all, at, Math.min(all.length, at + piece))))
                    .isTrue();
        }
        assertThat(seen).containsExactly("4 0 6 0", "0 1 300 0", "8 0 4 77", "6 1 8 0", "0 0 0 0");
        assertThat(scan.isMidway()).isFalse();
        assertThat(scan.ends()).isEqualTo(5);
    }

    @Test
    void aSectionIsUnderWayUntilItsLastPiece() throws IOException {
        scan(frames(Http2Client.bytes(1, 0, 1, new byte[5])));
        assertThat(scan.isMidway()).isTrue();
        scan(Http2Client.bytes(9, 0, 1, new byte[5]));
        assertThat(scan.isMidway()).isTrue();
        assertThat(scan.ends()).isZero();
        scan(Http2Client.bytes(9, 4, 1, new byte[5]));
        assertThat(scan.isMidway()).isFalse();
        assertThat(scan.ends()).isEqualTo(1);
    }

    @Test
    void contentThatHasArrivedInPartIsTold() throws IOException {
        byte[] frame = Http2Client.bytes(0, 1, 5, new byte[100]);
        scan(frames(java.util.Arrays.copyOf(frame, 29)));
        assertThat(scan.contentUnderWay()).isEqualTo(5);
        assertThat(scan.arrived()).isEqualTo(20);
        assertThat(scan.isMidway()).isTrue();
        scan(java.util.Arrays.copyOfRange(frame, 29, 109));
        assertThat(scan.contentUnderWay()).isZero();
    }

    @Test
    void whoHasHadEnoughIsToldNoMore() throws IOException {
        assertThat(scan(frames(Http2Client.bytes(99, 0, 0, new byte[0]), Http2Client.bytes(6, 0, 0, new byte[8]))))
                .isFalse();
        assertThat(seen).containsExactly("99 0 0 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9, 14, 10_000})
    void itStopsWhereAsManyRequestsHaveBegunAsMayInATurn(int piece) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(new byte[24]);
        for (int i = 0; i < 40; i++) {
            // A header section of two frames, and what is no request.
            all.write(Http2Client.bytes(1, 0, 2 * i + 1, new byte[5]));
            all.write(Http2Client.bytes(9, 4, 2 * i + 1, new byte[7]));
            all.write(Http2Client.bytes(3, 0, 2 * i + 1, new byte[4]));
        }
        ByteBuf bytes = Unpooled.wrappedBuffer(all.toByteArray());
        List<Integer> begunInTurns = new ArrayList<>();

        int before = 0;
        while (bytes.isReadable()) {
            scan.turn();
            int some;
            do {
                ByteBuf next = bytes.slice(bytes.readerIndex(), Math.min(piece, bytes.readableBytes()));
                some = scan.scan(next);
                bytes.skipBytes(some);
            } while (some == piece && bytes.isReadable() && begun() - before < FrameScan.MOST_REQUESTS);
            // What has begun is whole: no further turn is needed for it.
            while (scan.isMidway()) {
                bytes.skipBytes(scan.scan(bytes.slice(bytes.readerIndex(), 1)));
            }
            begunInTurns.add(begun() - before);
            before = begun();
        }

        assertThat(begunInTurns).containsExactly(16, 16, 8);
    }

    private int begun() {
        return (int) seen.stream().filter(frame -> frame.startsWith("1 ")).count();
    }
}
