package app.rcommerce.gateway.server.http1;

import app.rcommerce.gateway.http.FieldNames;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header section of a message in one pass, where it has come whole and is as RFC 9112 §5 writes it: lines
 * ended by CRLF, names that are tokens, no folded lines, at most one {@code Content-Length} of digits and no other
 * framing. Nearly all are. Whatever is not is left to readers that wait for more, judge it and say why it is refused:
 * what stands here never refuses. Holds what it has found of the last section; confined to one event loop.
 *
 * <p>Earned by {@code RequestDecoderBenchmark}.
 */
public final class FieldSection {

    /** What is found where a section is not whole, or has to be read with more care. */
    public static final int UNREAD = -1;

    /** A content whose length is not said. */
    public static final int NO_LENGTH = -1;

    /** Lengths of more digits than this are left to others; such content does not come with its head. */
    private static final int MOST_DIGITS = 6;

    /** A name as it is written, and whether its field frames content: of those that are usual it is told once. */
    private record Name(AsciiString text, boolean framesContent) {

        static Name of(AsciiString text) {
            return new Name(text, FieldSection.framesContent(text));
        }
    }

    private static final @Nullable Name[] KNOWN = known(
            "Host",
            "User-Agent",
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Accept-Ranges",
            "Access-Control-Allow-Origin",
            "Age",
            "Authorization",
            "Cache-Control",
            "Connection",
            "Content-Encoding",
            "Content-Length",
            "Content-Type",
            "Cookie",
            "Date",
            "ETag",
            "Expires",
            "If-Modified-Since",
            "If-None-Match",
            "Keep-Alive",
            "Last-Modified",
            "Location",
            "Origin",
            "Pragma",
            "Referer",
            "Sec-Fetch-Dest",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Site",
            "Server",
            "Set-Cookie",
            "Traceparent",
            "Vary",
            "Via",
            "X-Api-Key",
            "X-API-Key",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Real-IP",
            "X-Request-ID",
            "X-Request-Id");

    private final int maxSection;
    private final int maxFields;
    private int contentLength;

    /** Reads sections of up to so many bytes and fields; larger ones are left to others. */
    public FieldSection(int maxSection, int maxFields) {
        this.maxSection = maxSection;
        this.maxFields = maxFields;
    }

    /** What the section that was read last says of its content, in bytes; {@link #NO_LENGTH} where it says nothing. */
    public int contentLength() {
        return contentLength;
    }

    /**
     * Adds the fields from the octet on to the others.
     *
     * @param length how many of the array's octets have come
     * @return the place behind the empty line that ends the section; {@link #UNREAD} where others have to read it, in
     *     which case the fields added are worth nothing
     */
    public int read(byte[] bytes, int from, int length, HttpHeaders into) {
        contentLength = NO_LENGTH;
        int at = from;
        int fields = 0;
        while (at + 1 < length) {
            if (bytes[at] == '\r') {
                return bytes[at + 1] == '\n' ? at + 2 : UNREAD;
            }
            int nameAt = at;
            while (at < length && FieldNames.isTokenOctet(bytes[at])) {
                at++;
            }
            int nameEnd = at;
            if (nameEnd == nameAt || nameEnd == length || bytes[nameEnd] != ':') {
                return UNREAD;
            }
            int valueAt = nameEnd + 1;
            while (valueAt < length && isBlank(bytes[valueAt])) {
                valueAt++;
            }
            at = valueAt;
            while (at < length && isValueOctet(bytes[at])) {
                at++;
            }
            int lineEnd = at;
            at += 2;
            if (at > length || bytes[lineEnd] != '\r' || bytes[lineEnd + 1] != '\n') {
                return UNREAD;
            }
            int valueEnd = lineEnd;
            while (valueEnd > valueAt && isBlank(bytes[valueEnd - 1])) {
                valueEnd--;
            }
            if (++fields > maxFields || at - from > maxSection) {
                return UNREAD;
            }
            Name known = known(bytes, nameAt, nameEnd - nameAt);
            Name name = known == null ? Name.of(new AsciiString(bytes, nameAt, nameEnd - nameAt, true)) : known;
            if (name.framesContent() && !isOnlyLength(name.text(), bytes, valueAt, valueEnd)) {
                return UNREAD;
            }
            into.add(name.text(), new String(bytes, valueAt, valueEnd - valueAt, StandardCharsets.ISO_8859_1));
        }
        return UNREAD;
    }

    /**
     * Whether the octet may stand in a value: visible characters, space, tab, and obs-text, which is negative as a Java
     * byte (RFC 9110 §5.5).
     */
    public static boolean isValueOctet(byte octet) {
        return (octet >= ' ' && octet != 0x7f) || octet < 0 || octet == '\t';
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** Whether the field says where the content ends, by any version of HTTP or WebSocket that Netty has heard of. */
    private static boolean framesContent(AsciiString name) {
        return switch (name.length()) {
            case 14 -> HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name);
            case 17 -> HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name);
            case 18 ->
                HttpHeaderNames.SEC_WEBSOCKET_KEY1.contentEqualsIgnoreCase(name)
                        || HttpHeaderNames.SEC_WEBSOCKET_KEY2.contentEqualsIgnoreCase(name);
            default -> false;
        };
    }

    /** Whether it is the first {@code Content-Length}, of a few digits; which is noted. */
    private boolean isOnlyLength(AsciiString name, byte[] bytes, int from, int to) {
        if (name.length() != HttpHeaderNames.CONTENT_LENGTH.length()
                || contentLength != NO_LENGTH
                || from == to
                || to - from > MOST_DIGITS) {
            return false;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            number = 10 * number + digit;
        }
        contentLength = number;
        return true;
    }

    /** The name as it is written, where it is usual: it needs no memory, and has its hash at hand. */
    private static @Nullable Name known(byte[] bytes, int from, int length) {
        Name known = KNOWN[slot(bytes, from, length)];
        return known != null
                        && Arrays.equals(known.text().array(), 0, known.text().length(), bytes, from, from + length)
                ? known
                : null;
    }

    /** The names and their lower case, each in its slot; one whose slot is taken is not known. */
    private static @Nullable Name[] known(String... names) {
        Name[] slots = new Name[512];
        for (String name : names) {
            for (AsciiString text :
                    List.of(AsciiString.of(name), AsciiString.of(name).toLowerCase())) {
                int slot = slot(text.array(), 0, text.length());
                if (slots[slot] == null) {
                    slots[slot] = Name.of(text);
                }
            }
        }
        return slots;
    }

    private static int slot(byte[] bytes, int from, int length) {
        int hash = length + 31 * bytes[from] + 7 * bytes[from + length - 1] + 61 * bytes[from + length / 2];
        return hash & 511;
    }
}
