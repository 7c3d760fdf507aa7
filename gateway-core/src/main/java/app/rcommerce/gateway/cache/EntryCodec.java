package app.rcommerce.gateway.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.FieldNames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Encodes entries as bytes and decodes them; numbers are big-endian:
 *
 * <pre>
 * 0   magic "RCGC"      4 bytes
 * 4   version           1
 * 5   kind              1: reply, 2: vary marker
 * 6   CRC-32C           4, over all other bytes
 * 10  path              text = length (4), UTF-8
 *     marker: names     list = count (4), texts; salt (8)
 *     reply:  status (4), shareable (1), stored at (8), fresh until (8), vary names (list),
 *             fields (count, then name and value of each), body (length, bytes)
 * </pre>
 *
 * <p>The store may hold bytes that the gateway did not write, so decoding checks every length before it is used, and
 * that no field could break out of a header section.
 */
final class EntryCodec {

    static final int PATH_OFFSET = 14;

    private static final int MAGIC = 'R' << 24 | 'C' << 16 | 'G' << 8 | 'C';
    private static final byte VERSION = 2;
    private static final byte REPLY = 1;
    private static final byte MARKER = 2;
    private static final int CRC_OFFSET = 6;
    private static final int LONGEST_PATH = 1 << 16;
    private static final int MOST_FIELDS = 1000;
    private static final int INTS_AND_LONGS = 4 + 1 + 8 + 8 + 4 + 4 + 4;

    private EntryCodec() {}

    static byte[] encode(StoredEntry entry) {
        List<byte[]> names = texts(
                switch (entry) {
                    case StoredReply reply -> reply.varyNames();
                    case VaryMarker marker -> marker.names();
                });
        List<byte[]> fields = new ArrayList<>();
        byte[] body = {};
        if (entry instanceof StoredReply reply) {
            reply.fields().forEach((name, value) -> {
                fields.add(name.getBytes(UTF_8));
                fields.add(value.getBytes(UTF_8));
            });
            body = reply.body();
        }
        byte[] path = entry.path().getBytes(UTF_8);
        ByteBuffer out = ByteBuffer.allocate(
                PATH_OFFSET + path.length + INTS_AND_LONGS + size(names) + size(fields) + body.length);
        out.putInt(MAGIC).put(VERSION).put(entry instanceof StoredReply ? REPLY : MARKER);
        out.putInt(0);
        put(out, path);
        if (entry instanceof StoredReply reply) {
            out.putInt(reply.status()).put((byte) (reply.shareable() ? 1 : 0));
            out.putLong(reply.storedAtMillis()).putLong(reply.freshUntilMillis());
        }
        out.putInt(names.size());
        names.forEach(name -> put(out, name));
        if (entry instanceof VaryMarker marker) {
            out.putLong(marker.salt());
        }
        if (entry instanceof StoredReply) {
            out.putInt(fields.size() / 2);
            fields.forEach(text -> put(out, text));
            put(out, body);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        ByteBuffer.wrap(bytes).putInt(CRC_OFFSET, checksum(bytes));
        return bytes;
    }

    static @Nullable StoredEntry decode(byte[] bytes) {
        String path = pathOf(bytes);
        if (path == null || ByteBuffer.wrap(bytes).getInt(CRC_OFFSET) != checksum(bytes)) {
            return null;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            in.position(PATH_OFFSET + in.getInt(PATH_OFFSET - 4));
            StoredEntry entry = bytes[5] == REPLY ? reply(in, path) : marker(in, path);
            return in.hasRemaining() ? null : entry;
        } catch (Damaged e) {
            return null;
        }
    }

    static @Nullable String pathOf(byte[] prefix) {
        if (prefix.length < PATH_OFFSET) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(prefix);
        boolean ours = in.getInt(0) == MAGIC && prefix[4] == VERSION && (prefix[5] == REPLY || prefix[5] == MARKER);
        int length = in.getInt(PATH_OFFSET - 4);
        if (!ours || length < 0 || length > LONGEST_PATH || length > prefix.length - PATH_OFFSET) {
            return null;
        }
        return new String(prefix, PATH_OFFSET, length, UTF_8);
    }

    private static StoredEntry marker(ByteBuffer in, String path) throws Damaged {
        List<String> names = names(in);
        expect(!names.isEmpty() && in.remaining() >= Long.BYTES);
        return new VaryMarker(path, names, in.getLong());
    }

    private static StoredEntry reply(ByteBuffer in, String path) throws Damaged {
        expect(in.remaining() >= INTS_AND_LONGS);
        int status = in.getInt();
        byte shareable = in.get();
        long storedAt = in.getLong();
        long freshUntil = in.getLong();
        expect(status >= 200 && status <= 599 && (shareable == 0 || shareable == 1));
        // Half of the range, so that differences of times cannot overflow.
        expect(storedAt >= 0 && freshUntil >= 0 && storedAt < Long.MAX_VALUE / 2 && freshUntil < Long.MAX_VALUE / 2);
        List<String> varyNames = names(in);
        int count = count(in, MOST_FIELDS);
        List<Field> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = new String(block(in), UTF_8);
            String value = new String(block(in), UTF_8);
            expect(FieldNames.isToken(name) && StoredFields.mayBeStored(name.toLowerCase(Locale.ROOT)));
            expect(value.chars().allMatch(c -> (c >= 0x20 && c != 0x7f) || c == '\t'));
            fields.add(new Field(name, value));
        }
        byte[] body = block(in);
        return new StoredReply(
                path, status, new FieldList(fields), body, storedAt, freshUntil, varyNames, shareable == 1);
    }

    private static List<String> names(ByteBuffer in) throws Damaged {
        int count = count(in, Freshness.MOST_VARY_NAMES);
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = new String(block(in), UTF_8);
            expect(FieldNames.isToken(name));
            names.add(name);
        }
        return names;
    }

    private static int count(ByteBuffer in, int most) throws Damaged {
        expect(in.remaining() >= 4);
        int count = in.getInt();
        expect(count >= 0 && count <= most);
        return count;
    }

    private static byte[] block(ByteBuffer in) throws Damaged {
        byte[] bytes = new byte[count(in, in.remaining() - 4)];
        in.get(bytes);
        return bytes;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_OFFSET);
        crc.update(bytes, CRC_OFFSET + 4, bytes.length - CRC_OFFSET - 4);
        return (int) crc.getValue();
    }

    private static List<byte[]> texts(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(UTF_8)).toList();
    }

    private static int size(List<byte[]> texts) {
        return texts.stream().mapToInt(text -> 4 + text.length).sum();
    }

    private static void put(ByteBuffer out, byte[] bytes) {
        out.putInt(bytes.length).put(bytes);
    }

    private static void expect(boolean holds) throws Damaged {
        if (!holds) {
            throw new Damaged();
        }
    }

    /** Thrown where the bytes are not an intact entry. */
    private static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;

        Damaged() {
            super(null, null, false, false);
        }
    }
}
