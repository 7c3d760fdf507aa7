package app.rcommerce.gateway.identity;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the address of the client behind trusted proxies. Proxies append to {@code X-Forwarded-For}, so the entries are
 * read from the right, each for as long as the hop that wrote it is a trusted proxy; the first address that is not one
 * is the client's. Entries that a client has forged stand further left and are never reached. Pure; any thread.
 */
public final class ClientAddress {

    /** How many entries are read at most. */
    public static final int MOST_HOPS = 64;

    private ClientAddress() {}

    /**
     * The client's address: 4 or 16 bytes.
     *
     * @param peer the address at the other end of the socket
     * @param forwardedFor every field line of {@code X-Forwarded-For}, in order
     * @param trusted tells whether an address is a proxy whose entries are believed
     * @return the peer where it is not trusted; the last hop whose entry could be read where one cannot
     */
    public static byte[] of(byte[] peer, List<String> forwardedFor, Predicate<byte[]> trusted) {
        byte[] hop = peer;
        int walked = 0;
        for (int line = forwardedFor.size() - 1; line >= 0; line--) {
            String text = forwardedFor.get(line);
            int end = text.length();
            while (end >= 0) {
                if (walked++ == MOST_HOPS || !trusted.test(hop)) {
                    return hop;
                }
                int comma = end == 0 ? -1 : text.lastIndexOf(',', end - 1);
                String entry = text.substring(comma + 1, end).strip();
                end = comma;
                if (entry.isEmpty()) {
                    continue; // RFC 9110 §5.6.1: empty members of a list mean nothing
                }
                byte[] address = parse(entry);
                if (address == null) {
                    return hop;
                }
                hop = address;
            }
        }
        return hop;
    }

    /** An address, with or without a port: {@code 1.2.3.4:567}, {@code [2001:db8::1]:567}, {@code 2001:db8::1}. */
    private static byte @Nullable [] parse(String entry) {
        if (entry.startsWith("[")) {
            int close = entry.indexOf(']');
            boolean good = close > 0 && (close == entry.length() - 1 || isPort(entry.substring(close + 1)));
            String inner = good ? entry.substring(1, close) : "";
            return inner.indexOf(':') < 0 ? null : Addresses.parse(inner);
        }
        int colon = entry.indexOf(':');
        if (colon >= 0 && colon == entry.lastIndexOf(':')) {
            return isPort(entry.substring(colon)) ? Addresses.parse(entry.substring(0, colon)) : null;
        }
        return Addresses.parse(entry);
    }

    private static boolean isPort(String text) {
        if (text.length() < 2 || text.length() > 6 || text.charAt(0) != ':') {
            return false;
        }
        int port = 0;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65535;
    }
}
