package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames in pieces of any size: what passes, what is counted, and what ends the relay. */
@ExtendWith(Leaks.class)
class FrameWalkerTest {

    private static final byte[] OURS = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final long MOST = 100_000;

    private static final class Walk implements FrameWalker.Watcher {
        final FrameWalker walker;
        final ByteArrayOutputStream passed = new ByteArrayOutputStream();
        final List<String> events = new ArrayList<>();
        int buffers;

        @Nullable
        Fault fault;

        Walk(boolean masked, int reservedBits) {
            walker = new FrameWalker(masked, reservedBits, this);
        }

        @Override
        public @Nullable Fault data(boolean first, long frameBytes, long messageBytes) {
            events.add((first ? "message " : "more ") + messageBytes);
            return messageBytes > MOST ? new Fault(1009, "too large") : null;
        }

        @Override
        public @Nullable Fault control() {
            return null;
        }

        @Override
        public boolean control(int opcode, byte[] content) {
            events.add((opcode == FrameWalker.PING ? "ping " : "pong ") + Arrays.toString(content));
            return opcode == FrameWalker.PING || !Arrays.equals(content, OURS);
        }

        @Override
        public void close(int code) {
            events.add("close " + code);
        }

        @Override
        public void pass(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            bytes.release();
            passed.writeBytes(copy);
            buffers++;
        }

        Walk feed(byte[] bytes, int from, int to) {
            ByteBuf buffer = Unpooled.wrappedBuffer(bytes, from, to - from);
            fault = walker.walk(buffer);
            assertThat(buffer.refCnt()).isEqualTo(to > from ? 0 : 1);
            return this;
        }

        Walk feed(byte[] bytes) {
            return feed(bytes, 0, bytes.length);
        }
    }

    @Test
    void aFramePassesInTheBufferInWhichItCame() {
        byte[] frame = Frames.text(true, "hello");
        Walk walk = new Walk(true, 0);
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(frame);
        List<ByteBuf> out = new ArrayList<>();
        FrameWalker walker = new FrameWalker(true, 0, new FrameWalker.Watcher() {
            @Override
            public @Nullable Fault data(boolean first, long frameBytes, long messageBytes) {
                return null;
            }

            @Override
            public @Nullable Fault control() {
                return null;
            }

            @Override
            public boolean control(int opcode, byte[] content) {
                return true;
            }

            @Override
            public void close(int code) {}

            @Override
            public void pass(ByteBuf bytes) {
                out.add(bytes);
            }
        });
        assertThat(walker.walk(buffer)).isNull();
        assertThat(out).singleElement().isSameAs(buffer);
        buffer.release();
        assertThat(walk.feed(frame).events).containsExactly("message 5");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void byteByByteTheSamePasses(boolean masked) {
        byte[] bytes = Frames.join(
                Frames.text(masked, "a"),
                Frames.frame(Frames.BINARY, masked, new byte[300]),
                Frames.frame(Frames.FIN | 9, masked, "ping".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Frames.frame(Frames.FIN, masked, new byte[70_000]),
                Frames.close(masked, 1000, "bye"));
        Walk walk = new Walk(masked, 0);
        for (int i = 0; i < bytes.length; i++) {
            walk.feed(bytes, i, i + 1);
        }
        assertThat(walk.passed.toByteArray()).isEqualTo(bytes);
        assertThat(walk.events)
                .containsExactly("message 1", "message 300", "ping [112, 105, 110, 103]", "more 70300", "close 1000");
        assertThat(walk.walker.isClosed()).isTrue();
    }

    @Test
    void ourOwnPongIsCutOutWhereverItIsSplit() {
        byte[] pong = Frames.frame(Frames.FIN | FrameWalker.PONG, true, OURS);
        byte[] before = Frames.text(true, "before");
        byte[] after = Frames.text(true, "after");
        byte[] bytes = Frames.join(before, pong, after);
        for (int split = 0; split <= bytes.length; split++) {
            Walk walk = new Walk(true, 0);
            walk.feed(bytes, 0, split).feed(bytes, split, bytes.length);
            assertThat(walk.passed.toByteArray()).as("split at " + split).isEqualTo(Frames.join(before, after));
        }
    }

    @Test
    void halfAHeaderDoesNotPass() {
        byte[] frame = Frames.frame(Frames.FIN | Frames.BINARY, true, new byte[70_000]);
        Walk walk = new Walk(true, 0).feed(frame, 0, 13);
        assertThat(walk.passed.size()).isZero();
        assertThat(walk.walker.isAtBoundary()).isTrue();
        walk.feed(frame, 13, 15);
        assertThat(walk.passed.size()).isEqualTo(15);
        assertThat(walk.walker.isAtBoundary()).isFalse();
        walk.feed(frame, 15, frame.length);
        assertThat(walk.walker.isAtBoundary()).isTrue();
    }

    @Test
    void whatIsWholePassesBeforeAFault() {
        byte[] good = Frames.text(true, "good");
        Walk walk = new Walk(true, 0).feed(Frames.join(good, Frames.text(false, "bad")));
        assertThat(walk.passed.toByteArray()).isEqualTo(good);
        assertThat(walk.fault).isNotNull().extracting(Fault::code).isEqualTo(1002);
        walk.feed(good);
        assertThat(walk.passed.toByteArray()).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({
        "c1 80 00000000, a reserved bit",
        "a1 80 00000000, a reserved bit",
        "91 80 00000000, a reserved bit",
        "83 80 00000000, a reserved opcode",
        "87 80 00000000, a reserved opcode",
        "8b 80 00000000, a reserved opcode",
        "8f 80 00000000, a reserved opcode",
        "81 00, a frame without a mask",
        "09 80 00000000, a control frame that is fragmented or too long",
        "89 fe 0080 00000000, a control frame that is fragmented or too long",
        "88 81 00000000 03, a close frame with half a code",
        "88 82 00000000 03ec, a close code that nobody may send",
        "88 82 00000000 03ed, a close code that nobody may send",
        "88 82 00000000 03ee, a close code that nobody may send",
        "88 82 00000000 03f7, a close code that nobody may send",
        "88 82 00000000 0000, a close code that nobody may send",
        "88 82 00000000 1388, a close code that nobody may send",
        "80 80 00000000, a continuation of nothing",
        "01 80 00000000 81 80 00000000, a message within another",
        "81 fe 007d 00000000, a length that is too large or not in its shortest form",
        "81 ff 000000000000ffff 00000000, a length that is too large or not in its shortest form",
        "81 ff 8000000000010000 00000000, a length that is too large or not in its shortest form",
    })
    void framesThatAreNoneAreFaults(String hex, String text) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(new Walk(true, 0).feed(bytes).fault).isEqualTo(new Fault(1002, text));
        Walk slow = new Walk(true, 0);
        for (int i = 0; i < bytes.length && slow.fault == null; i++) {
            slow.feed(bytes, i, i + 1);
        }
        assertThat(slow.fault).isEqualTo(new Fault(1002, text));
    }

    @Test
    void aMaskedFrameOfAServerIsAFault() {
        assertThat(new Walk(false, 0).feed(Frames.text(true, "x")).fault).isEqualTo(new Fault(1002, "a masked frame"));
    }

    @Test
    void aReservedBitOfAnExtensionPasses() {
        byte[] frame = Frames.frame(0xc1, true, new byte[5]);
        assertThat(new Walk(true, 0x40).feed(frame).passed.toByteArray()).isEqualTo(frame);
        assertThat(new Walk(true, 0x40).feed(Frames.frame(0xe1, true, new byte[5])).fault)
                .isNotNull();
    }

    @Test
    void aMessageIsTheSumOfItsFragments() {
        Walk walk = new Walk(true, 0)
                .feed(Frames.frame(Frames.TEXT, true, new byte[60_000]))
                .feed(Frames.frame(0, true, new byte[40_000]));
        assertThat(walk.fault).isNull();
        walk.feed(Frames.frame(Frames.FIN, true, new byte[1]));
        assertThat(walk.fault).isNotNull().extracting(Fault::code).isEqualTo(1009);
    }

    /** Random frames, some wrong, in random pieces: the walker finds what a plain reading finds. */
    @Test
    void aPlainReadingFindsTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            boolean masked = random.nextBoolean();
            int reservedBits = random.nextBoolean() ? 0 : 0x40;
            byte[] bytes = randomBytes(random, masked);
            ReferenceWalk expected = new ReferenceWalk(bytes, masked, reservedBits, MOST, Arrays.toString(OURS));
            Walk walk = new Walk(masked, reservedBits);
            int at = 0;
            int most = 1 + random.nextInt(bytes.length < 2_000 && random.nextBoolean() ? 3 : 1 + bytes.length);
            while (at < bytes.length) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(most));
                walk.feed(bytes, at, to);
                at = to;
            }
            String what = "seed " + seed + ", round " + round;
            assertThat(walk.events).as(what).isEqualTo(expected.events);
            assertThat(walk.passed.toByteArray()).as(what).isEqualTo(expected.passed.toByteArray());
            assertThat(walk.fault != null).as(what).isEqualTo(expected.faulty);
            assertThat(walk.walker.isAtBoundary()).as(what).isEqualTo(expected.atBoundary);
        }
    }

    private static byte[] randomBytes(Random random, boolean masked) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean mid = false;
        int frames = 1 + random.nextInt(6);
        for (int i = 0; i < frames; i++) {
            int kind = random.nextInt(10);
            if (kind < 6) {
                boolean fin = random.nextInt(3) > 0;
                int[] sizes = {0, 1, 125, 126, 127, 400, 65_535, 65_536};
                int size = sizes[random.nextInt(random.nextInt(10) == 0 ? sizes.length : 6)];
                int first = (fin ? Frames.FIN : 0) | (mid ? 0 : 1 + random.nextInt(2));
                out.writeBytes(Frames.frame(first, masked, random(random, size)));
                mid = !fin;
            } else if (kind < 9) {
                byte[] content = random.nextBoolean() ? OURS : random(random, random.nextInt(126));
                out.writeBytes(Frames.frame(Frames.FIN | (9 + random.nextInt(2)), masked, content));
            } else if (random.nextBoolean()) {
                out.writeBytes(Frames.close(masked, 990 + random.nextInt(40), "x"));
            } else {
                out.writeBytes(random(random, random.nextInt(20)));
            }
        }
        byte[] bytes = out.toByteArray();
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(Math.min(bytes.length, 16))] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    private static byte[] random(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
