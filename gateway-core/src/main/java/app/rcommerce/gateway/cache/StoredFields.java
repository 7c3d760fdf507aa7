package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields of a reply are stored with it (RFC 9111 §3.1, RFC 9110 §7.6.1). */
final class StoredFields {

    /** Of one connection, or about one delivery of the reply. */
    private static final Set<String> NEVER = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "age",
            "content-length",
            "cache-status",
            "set-cookie",
            "x-request-id");

    /** Fields that {@code Connection} may not take away: caches behind us rely on them (RFC 9110 §7.6.1). */
    private static final Set<String> ALWAYS = Set.of(
            "cache-control",
            "cdn-cache-control",
            "content-encoding",
            "content-location",
            "content-type",
            "date",
            "etag",
            "expires",
            "last-modified",
            "vary");

    private StoredFields() {}

    static FieldList of(Headers reply) {
        Set<String> named = new HashSet<>();
        for (String line : reply.all("Connection")) {
            for (String name : line.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        named.removeAll(ALWAYS);
        List<Field> fields = new ArrayList<>();
        reply.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (mayBeStored(lower) && !named.contains(lower)) {
                fields.add(new Field(name, value));
            }
        });
        return new FieldList(fields);
    }

    /** Whether a field of this name in lower case may stand in a stored reply. */
    static boolean mayBeStored(String lower) {
        return !NEVER.contains(lower) && !lower.startsWith("x-ratelimit-") && !lower.startsWith("ratelimit");
    }
}
