package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.HttpDate;
import app.rcommerce.gateway.http.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of conditional requests against a stored reply (RFC 9111 §4.3.2, RFC 9110 §13). Pure; safe for any
 * thread.
 */
public final class Validation {

    private static final byte[] EMPTY = {};

    private Validation() {}

    /**
     * Whether a GET or HEAD with these fields is answered with 304 instead of the stored reply: by
     * {@code If-None-Match}, compared weakly, or, only where there is none, by {@code If-Modified-Since}.
     */
    public static boolean notModified(StoredReply stored, Headers request, long nowMillis) {
        if (stored.status() < 200 || stored.status() > 299) {
            return false; // RFC 9110 §13.2.1: a condition is for what would succeed without it
        }
        String noneMatch = request.joined("If-None-Match");
        if (noneMatch != null) {
            return matches(noneMatch, stored.fields().get("ETag"));
        }
        List<String> since = request.all("If-Modified-Since");
        if (since.size() != 1) {
            return false;
        }
        OptionalLong sinceMillis = HttpDate.parse(since.getFirst().strip(), nowMillis);
        String modified = stored.fields().get("Last-Modified");
        String date = modified != null ? modified : stored.fields().get("Date");
        OptionalLong modifiedMillis = date == null ? OptionalLong.empty() : HttpDate.parse(date, nowMillis);
        return sinceMillis.isPresent()
                && modifiedMillis.isPresent()
                && modifiedMillis.getAsLong() <= sinceMillis.getAsLong();
    }

    /**
     * The 304 for a stored reply (RFC 9110 §15.4.5). It has the reply's fields except for those that describe content,
     * which a 304 does not have.
     */
    public static Reply notModifiedReply(StoredReply stored, long nowMillis) {
        List<Field> fields = new ArrayList<>();
        for (Field field : stored.fields().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!name.startsWith("content-") || name.equals("content-location")) {
                fields.add(field);
            }
        }
        fields.add(new Field("age", Long.toString(stored.ageSeconds(nowMillis))));
        return new Reply(304, fields, EMPTY);
    }

    /** Whether the list of entity tags holds the tag, weakly compared (RFC 9110 §8.8.3.2), or is {@code *}. */
    private static boolean matches(String list, @Nullable String tag) {
        if (list.strip().equals("*")) {
            return true;
        }
        String wanted = tag == null ? null : opaque(tag.strip());
        if (wanted == null) {
            return false;
        }
        int at = 0;
        while (true) {
            // A tag may hold commas, so tags are found by their quotes.
            int open = list.indexOf('"', at);
            int close = open < 0 ? -1 : list.indexOf('"', open + 1);
            if (close < 0) {
                return false;
            }
            if (list.substring(open, close + 1).equals(wanted)) {
                return true;
            }
            at = close + 1;
        }
    }

    /**
     * The opaque part of an entity tag: without the weakness mark, with its quotes; null where the text is not an
     * entity tag.
     */
    private static @Nullable String opaque(String tag) {
        String opaque = tag.startsWith("W/") ? tag.substring(2) : tag;
        boolean quoted =
                opaque.length() >= 2 && opaque.indexOf('"', 1) == opaque.length() - 1 && opaque.startsWith("\"");
        return quoted ? opaque : null;
    }
}
