package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.http.FieldClasses;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;

/**
 * The removal of the fields that belong to one connection only (RFC 9110 §7.6.1): the known ones, and those that
 * {@code Connection} names, except where a sender could thereby remove fields on which others rely. They are removed
 * where a message enters, before any field is read, so that a policy, a limit's key and a cache's key see the same
 * fields as the other side. Stateless.
 */
public final class HopByHop {

    private static final List<AsciiString> KNOWN =
            FieldClasses.HOP_BY_HOP.stream().sorted().map(AsciiString::cached).toList();

    private HopByHop() {}

    /**
     * Removes these fields from a head. Framing fields stay: they are checked, and needed by whoever writes the
     * message.
     */
    public static void remove(HttpHeaders head) {
        removeNamed(head, FieldLines.of(head, HttpHeaderNames.CONNECTION));
        for (int i = 0; i < KNOWN.size(); i++) {
            head.remove(KNOWN.get(i));
        }
    }

    /**
     * Removes these fields from trailers: the known ones, those that the head's {@code Connection} named, and those
     * that trailers cannot hold (RFC 9110 §6.5.1).
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
        for (int i = 0; i < connection.size(); i++) {
            String line = connection.get(i);
            if (line.equalsIgnoreCase("keep-alive") || line.equalsIgnoreCase("close")) {
                // What nearly every Connection says: the first is among the known fields, the second is no field.
                continue;
            }
            for (String part : line.split(",", -1)) {
                String name = part.trim().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !name.equals("close") && FieldClasses.isRemovable(name)) {
                    headers.remove(name);
                }
            }
        }
    }
}
