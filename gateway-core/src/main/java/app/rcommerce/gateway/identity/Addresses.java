package app.rcommerce.gateway.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Converts IP addresses between text and bytes, without ever asking a name service. Each address has one text: IPv6 in
 * the form of RFC 5952, and IPv4 mapped into IPv6 ({@code ::ffff:a.b.c.d}) as IPv4. Safe for any thread.
 */
public final class Addresses {

    private Addresses() {}

    /**
     * The bytes of a literal address: 4 for IPv4 (four decimal parts, no leading zeros) and IPv4 mapped into IPv6, else
     * 16; null where the text is not a literal address. Zone ids are refused.
     */
    public static byte @Nullable [] parse(String text) {
        if (text.indexOf(':') < 0) {
            return parseV4(text);
        }
        if (text.length() > 45 || !isFormedV6(text)) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The canonical text of a literal address, or null where the text is not one. */
    public static @Nullable String canonical(String text) {
        byte[] bytes = parse(text);
        return bytes == null ? null : format(bytes);
    }

    /** The text of an address of 4 or 16 bytes; IPv6 as RFC 5952 writes it. */
    public static String format(byte[] address) {
        if (address.length == 4) {
            return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "."
                    + (address[3] & 0xff);
        }
        if (address.length != 16) {
            throw new IllegalArgumentException("address: " + address.length + " bytes (expected: 4 or 16)");
        }
        return formatV6(address);
    }

    /**
     * The address that a caller is counted under: IPv4 as it is, IPv6 as its /64 network ({@code 2001:db8:1:2::/64}),
     * since one customer commands a whole /64 (RFC 6177).
     */
    public static String folded(byte[] address) {
        if (address.length == 4) {
            return format(address);
        }
        byte[] network = new byte[16];
        System.arraycopy(address, 0, network, 0, 8);
        return formatV6(network) + "/64";
    }

    /** The address of a socket's peer, IPv4 mapped into IPv6 as IPv4. */
    public static byte[] bytes(InetAddress address) {
        return toInetAddress(address.getAddress()).getAddress();
    }

    /** The address of 4 or 16 bytes as Java knows it, without a name. */
    public static InetAddress toInetAddress(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address: " + address.length + " bytes (expected: 4 or 16)", e);
        }
    }

    /**
     * Whether the text has only groups of at most four digits (RFC 4291 §2.2), which Java's own reader does not check.
     */
    private static boolean isFormedV6(String text) {
        int digits = 0;
        int end = text.indexOf('.') < 0 ? text.length() : text.lastIndexOf(':') + 1;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            digits = digit ? digits + 1 : 0;
            if (digits > 4 || (!digit && c != ':')) {
                return false;
            }
        }
        return end == text.length() || parseV4(text.substring(end)) != null;
    }

    private static byte @Nullable [] parseV4(String text) {
        int length = text.length();
        if (length < 7 || length > 15) {
            return null;
        }
        byte[] bytes = new byte[4];
        int part = 0;
        int value = -1;
        for (int i = 0; i <= length; i++) {
            char c = i == length ? '.' : text.charAt(i);
            if (c == '.') {
                if (value < 0 || part == 4) {
                    return null;
                }
                bytes[part++] = (byte) value;
                value = -1;
            } else if (c >= '0' && c <= '9' && value != 0) {
                value = value < 0 ? c - '0' : value * 10 + (c - '0');
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return part == 4 ? bytes : null;
    }

    private static String formatV6(byte[] address) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                bestStart = i;
                bestLength = end - i;
            }
            i = Math.max(i, end);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
