package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.http.FieldNames;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A buffer in which the head of a message is put together. It is a reused array, since many small writes into a direct
 * buffer cost more than one large one. Texts are ISO 8859-1, as header fields are sent; other characters become
 * {@code ?}. Confined to one event loop.
 *
 * <p>Earned by {@code HeadBufferBenchmark}.
 */
public final class HeadBuffer {

    private static final int USUAL = 4 * 1024;
    private static final int MOST_KEPT = 64 * 1024;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    // As tables that are read to the end, since there is nearly never anything to stop at.
    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] CONTROL = new boolean[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            TOKEN[octet] = FieldNames.isTokenOctet(octet);
            CONTROL[octet] = (octet < ' ' && octet != '\t') || octet == 0x7f;
        }
    }

    private byte[] bytes = new byte[USUAL];
    private int length;

    /** Empties the buffer. */
    public HeadBuffer clear() {
        length = 0;
        if (bytes.length > MOST_KEPT) {
            bytes = new byte[USUAL];
        }
        return this;
    }

    /**
     * An array with room for so many bytes, for other uses; it is overwritten as soon as something is appended, and
     * what was put together is lost.
     */
    public byte[] space(int size) {
        clear().ensure(size);
        return bytes;
    }

    /** The number of bytes put together so far. */
    public int length() {
        return length;
    }

    /** Appends a text. */
    public HeadBuffer text(CharSequence text) {
        if (text instanceof AsciiString ascii) {
            return bytes(ascii.array(), ascii.arrayOffset(), ascii.length());
        }
        byte[] encoded = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return bytes(encoded, 0, encoded.length);
    }

    private HeadBuffer bytes(byte[] from, int offset, int count) {
        ensure(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends octets as they are. */
    public HeadBuffer octets(byte[] octets) {
        return bytes(octets, 0, octets.length);
    }

    /** Appends one octet. */
    public HeadBuffer octet(char octet) {
        ensure(1);
        bytes[length++] = (byte) octet;
        return this;
    }

    /** Appends CR and LF. */
    public HeadBuffer endLine() {
        ensure(2);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    /** Appends a field line. */
    public HeadBuffer field(CharSequence name, CharSequence value) {
        return text(name).octet(':').octet(' ').text(value).endLine();
    }

    /** Appends a number that is not negative, in hexadecimal, as chunks are sized. */
    public HeadBuffer hex(int number) {
        ensure(8);
        int shift = Math.max(0, (31 - Integer.numberOfLeadingZeros(number | 1)) / 4 * 4);
        for (; shift >= 0; shift -= 4) {
            bytes[length++] = DIGITS[number >>> shift & 15];
        }
        return this;
    }

    /** Whether the bytes from the index up to the other one are a token (RFC 9110 §5.6.2). */
    public boolean isToken(int from, int to) {
        boolean only = from < to;
        for (int i = from; i < to; i++) {
            only &= TOKEN[bytes[i] & 0xff];
        }
        return only;
    }

    /** Whether a byte from the index on is a control character other than a tab, or one that ends a line. */
    public boolean hasControl(int from) {
        boolean any = false;
        for (int i = from; i < length; i++) {
            any |= CONTROL[bytes[i] & 0xff];
        }
        return any;
    }

    /** Writes everything into the buffer. */
    public void writeTo(ByteBuf buffer) {
        buffer.writeBytes(bytes, 0, length);
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
