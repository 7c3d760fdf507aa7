package app.rcommerce.gateway.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.cache.Freshness.Storable;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class StoredEntryTest {

    private static final long NOW = 1_767_225_600_000L;
    private static final StoredReply REPLY = new StoredReply(
            "/api/v1/products/é",
            200,
            FieldList.of("Content-Type", "application/json", "x", "", "y", "caf\u00e9"),
            "{\"a\":1}".getBytes(UTF_8),
            NOW - 5,
            NOW + 60_000,
            List.of("accept", "origin"),
            true);

    private static byte[] resealed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 6);
        crc.update(bytes, 10, bytes.length - 10);
        ByteBuffer.wrap(bytes).putInt(6, (int) crc.getValue());
        return bytes;
    }

    private static void same(StoredEntry read, StoredReply written) {
        assertThat(read).isInstanceOf(StoredReply.class);
        assertThat((StoredReply) read).usingRecursiveComparison().isEqualTo(written);
    }

    @Test
    void aReplyReadsBack() {
        same(StoredEntry.decode(REPLY.encode()), REPLY);
    }

    @Test
    void aMarkerReadsBack() {
        VaryMarker marker = new VaryMarker("/p", List.of("accept"), -7);
        assertThat(StoredEntry.decode(marker.encode())).isEqualTo(marker);
        assertThatThrownBy(() -> new VaryMarker("/p", List.of(), 0)).hasMessageContaining("at least one");
    }

    @Test
    void thePathIsReadFromTheBeginningAlone() {
        byte[] bytes = REPLY.encode();
        int enough = StoredEntry.PATH_OFFSET + REPLY.path().getBytes(UTF_8).length;
        assertThat(StoredEntry.pathOf(Arrays.copyOf(bytes, enough))).isEqualTo(REPLY.path());
        assertThat(StoredEntry.pathOf(Arrays.copyOf(bytes, enough - 1))).isNull();
        assertThat(StoredEntry.pathOf(new byte[0])).isNull();
    }

    @Test
    void aReplyOfAnOlderOrNewerVersionIsAMiss() {
        for (int version : new int[] {1, 3, 127, 255}) {
            byte[] bytes = REPLY.encode();
            bytes[4] = (byte) version;
            assertThat(StoredEntry.decode(resealed(bytes))).isNull();
            assertThat(StoredEntry.pathOf(bytes)).isNull();
        }
    }

    @Test
    void garbageIsAMiss() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            assertThat(StoredEntry.decode(bytes)).isNull();
        }
        assertThat(StoredEntry.decode("{\"json\": true, \"of\": \"somebody else\"}".getBytes(UTF_8)))
                .isNull();
    }

    @Test
    void everyPartOfAnEntryIsAMiss() {
        byte[] bytes = REPLY.encode();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(StoredEntry.decode(Arrays.copyOf(bytes, length))).isNull();
        }
        assertThat(StoredEntry.decode(Arrays.copyOf(bytes, bytes.length + 1))).isNull();
    }

    @Test
    void everyFlippedBitIsAMiss() {
        byte[] bytes = REPLY.encode();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(StoredEntry.decode(bytes)).as("bit " + bit).isNull();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    /** With a checksum that fits, so that the reader itself is met. */
    @Test
    void noBytesMakeTheReaderThrow() {
        long seed = 99;
        Random random = new Random(seed);
        byte[][] origins = {REPLY.encode(), new VaryMarker("/p", List.of("accept", "origin"), 1).encode()};
        for (int i = 0; i < 100_000; i++) {
            byte[] origin = origins[i % 2];
            byte[] bytes =
                    Arrays.copyOf(origin, random.nextInt(4) == 0 ? 14 + random.nextInt(origin.length) : origin.length);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = 5 + random.nextInt(bytes.length - 5);
                bytes[at] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (random.nextBoolean() ? 0x7f : -1);
            }
            StoredEntry entry = StoredEntry.decode(resealed(bytes));
            if (entry != null) {
                assertThat(StoredEntry.decode(entry.encode()))
                        .as("seed " + seed + ", round " + i)
                        .isNotNull();
            }
        }
    }

    @Test
    void aFieldThatCouldBreakOutOfTheHeaderSectionIsAMiss() {
        for (String value : new String[] {"a\r\nSet-Cookie: b", "a\nb", "a\0b", "a\u007fb"}) {
            assertThat(StoredEntry.decode(with("x", value).encode())).isNull();
        }
        for (String name : new String[] {"a b", "a:", "", "Set-Cookie", "content-length", "Transfer-Encoding"}) {
            assertThat(StoredEntry.decode(with(name, "5").encode())).isNull();
        }
    }

    private static StoredReply with(String name, String value) {
        return new StoredReply("/p", 200, FieldList.of(name, value), new byte[0], NOW, NOW + 1, List.of(), false);
    }

    @Test
    void whatBelongsToOneDeliveryIsNotStored() {
        FieldList reply = FieldList.of(
                "Content-Type",
                "text/plain",
                "Connection",
                "close",
                "Keep-Alive",
                "5",
                "Transfer-Encoding",
                "chunked",
                "Trailer",
                "x",
                "Age",
                "5",
                "Content-Length",
                "3",
                "Cache-Status",
                "up; hit",
                "X-RateLimit-Limit",
                "1",
                "x-ratelimit-remaining",
                "0",
                "RateLimit",
                "\"a\";r=1",
                "RateLimit-Policy",
                "\"a\";q=1",
                "X-Request-Id",
                "abc",
                "ETag",
                "\"e\"",
                "Date",
                "d",
                "Cache-Control",
                "max-age=60");
        StoredReply stored =
                StoredReply.of(new Storable(NOW, 2500, 1000, List.of(), true), "/p", 200, reply, new byte[3]);
        assertThat(stored.fields().fields())
                .containsExactly(
                        new Field("Content-Type", "text/plain"),
                        new Field("ETag", "\"e\""),
                        new Field("Date", "d"),
                        new Field("Cache-Control", "max-age=60"));
        assertThat(stored.storedAtMillis()).isEqualTo(NOW - 2500);
        assertThat(stored.freshUntilMillis()).isEqualTo(NOW + 1000);
    }

    @Test
    void aReplyWithoutADateGetsOne() {
        StoredReply stored =
                StoredReply.of(new Storable(NOW, 0, 1000, List.of(), true), "/p", 200, FieldList.of(), new byte[0]);
        assertThat(stored.fields().get("Date")).isEqualTo("Thu, 01 Jan 2026 00:00:00 GMT");
    }

    @Test
    void ageCountsFromTheOriginAndIsNeverNegative() {
        StoredReply stored =
                StoredReply.of(new Storable(NOW, 2500, 1000, List.of(), true), "/p", 200, FieldList.of(), new byte[0]);
        assertThat(stored.ageSeconds(NOW)).isEqualTo(2);
        assertThat(stored.ageSeconds(NOW + 600)).isEqualTo(3);
        assertThat(stored.ageSeconds(NOW - 60_000)).isZero();
        assertThat(stored.freshMillis(NOW + 1001)).isEqualTo(-1);
    }
}
