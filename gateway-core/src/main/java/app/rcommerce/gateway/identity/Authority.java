package app.rcommerce.gateway.identity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The host that a request asks for and its port, in one normal form (RFC 3986 §3.2.2, §6.2.2): lower case, without the
 * root's dot, addresses in their canonical text, a port without leading zeros. A text that a server could take for
 * another host is refused. Immutable.
 *
 * @param host without a port; empty where the request names none
 * @param port the digits, or empty where none is named
 */
public record Authority(String host, String port) {

    private static final Authority NONE = new Authority("", "");

    /** Reads {@code host}, {@code host:port} or {@code [v6]:port}; null where the text has none of these forms. */
    public static @Nullable Authority parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        int end;
        if (text.charAt(0) == '[') {
            end = text.indexOf(']') + 1;
            if (end == 0) {
                return null;
            }
        } else {
            int colon = text.indexOf(':');
            end = colon < 0 ? text.length() : colon;
        }
        String host = end == 0 ? null : normalHost(text.substring(0, end));
        String port = end == text.length() ? "" : normalPort(text, end);
        return host == null || port == null ? null : new Authority(host, port);
    }

    private static @Nullable String normalHost(String host) {
        if (host.charAt(0) == '[') {
            byte[] address = host.indexOf('%') >= 0 ? null : Addresses.parse(host.substring(1, host.length() - 1));
            return address == null || host.indexOf(':') < 0 ? null : "[" + Addresses.format(address) + "]";
        }
        for (int i = 0; i < host.length(); i++) {
            if (!isNameCharacter(host.charAt(i))) {
                return null;
            }
        }
        String name = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        boolean empty = name.isEmpty() || name.startsWith(".") || name.contains("..");
        return empty || (endsInNumber(name) && Addresses.parse(name) == null) ? null : name;
    }

    /**
     * Whether the last label is a number, so that some resolvers take the name for an address: 127.1, 0x7f.1,
     * 2130706433.
     */
    private static boolean endsInNumber(String name) {
        int start = name.lastIndexOf('.') + 1;
        return start < name.length()
                && (hasDigits(name, start, 10) || (name.startsWith("0x", start) && hasDigits(name, start + 2, 16)));
    }

    /** Whether every character from the index on is a digit. */
    private static boolean hasDigits(String text, int from, int radix) {
        for (int i = from; i < text.length(); i++) {
            if (Character.digit(text.charAt(i), radix) < 0) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String normalPort(String text, int colon) {
        if (text.charAt(colon) != ':') {
            return null;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return null;
            }
            port = port * 10 + c - '0';
            if (port > 65_535) {
                return null;
            }
        }
        if (colon + 1 == text.length()) {
            // RFC 3986 lets the port be empty.
            return "";
        }
        return text.charAt(colon + 1) == '0' ? Integer.toString(port) : text.substring(colon + 1);
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /** The authority as the upstream receives it. */
    @Override
    public String toString() {
        return port.isEmpty() ? host : host + ":" + port;
    }
}
