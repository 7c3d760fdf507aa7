package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.http.FieldClasses;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;

/**
 * Removes the fields that belong to one connection only (RFC 9110 §7.6.1) where a message enters: the known ones, and
 * those that {@code Connection} names, except where a sender could thereby take away what others rely on. It is done
 * before anything reads a field, so that a policy, a limit's key or a cache's key never sees what the other side does
 * not.
 */
public final class HopByHop {

    private static final List<AsciiString> KNOWN =
            FieldClasses.HOP_BY_HOP.stream().sorted().map(AsciiString::cached).toList();

    private HopByHop() {}

    /**
     * Removes them from a head. Framing fields stay: what they mean is checked, and whoever writes the message needs
     * them.
     */
    public static void remove(HttpHeaders head) {
        if (head.contains(HttpHeaderNames.CONNECTION)) {
            removeNamed(head, head.getAll(HttpHeaderNames.CONNECTION));
        }
        for (int i = 0; i < KNOWN.size(); i++) {
            head.remove(KNOWN.get(i));
        }
    }

    /**
     * Removes them from trailers: the known ones, those that the head's {@code Connection} named, and those that
     * trailers cannot hold (RFC 9110 §6.5.1).
     */
    public static void removeFromTrailers(HttpHeaders trailers, List<String> connection) {
        if (trailers.isEmpty()) {
            return;
        }
        removeNamed(trailers, connection);
        remove(trailers);
        for (String name : trailers.names()) {
            if (!FieldClasses.mayBeTrailer(FieldClasses.lower(name))) {
                trailers.remove(name);
            }
        }
    }

    private static void removeNamed(HttpHeaders headers, List<String> connection) {
        for (String line : connection) {
            for (String part : line.split(",", -1)) {
                String name = part.trim().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !name.equals("close") && FieldClasses.isRemovable(name)) {
                    headers.remove(name);
                }
            }
        }
    }
}
