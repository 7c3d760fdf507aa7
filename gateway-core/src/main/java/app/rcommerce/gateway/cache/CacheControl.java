package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.StructuredDictionary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cache directives of a message (RFC 9111 §5.2), over all of its field lines. Reading never fails. A doubtful
 * directive is read so that less is stored and reused: an invalid number is 0 (for {@code min-fresh}: for ever), of two
 * numbers the stricter counts, and a directive with unexpected arguments holds without them. Times are in seconds, at
 * most {@link #LONGEST}; {@link #ABSENT} where the message does not say. Immutable.
 *
 * @param present whether there was any directive at all
 * @param isPrivate {@code private}, with or without field names
 * @param isPublic {@code public}
 * @param noCache {@code no-cache}, with or without field names
 */
public record CacheControl(
        boolean present,
        boolean noStore,
        boolean noCache,
        boolean isPrivate,
        boolean isPublic,
        boolean mustRevalidate,
        boolean onlyIfCached,
        long maxAge,
        long sharedMaxAge,
        long minFresh) {

    /** The value of a time that the message does not name. */
    public static final long ABSENT = -1;

    /** The largest time, in seconds; a larger delta-seconds counts as this one (RFC 9111 §1.2.2). */
    public static final long LONGEST = 1L << 31;

    /** The directives of a message that has none. */
    public static final CacheControl NONE = new Builder().done();

    /** The directives of {@code Cache-Control}. */
    public static CacheControl of(Headers headers) {
        List<String> lines = headers.all("Cache-Control");
        if (lines.isEmpty()) {
            return NONE;
        }
        Builder directives = new Builder();
        lines.forEach(directives::line);
        return directives.done();
    }

    /**
     * The directives of {@code CDN-Cache-Control}, the targeted field that speaks to gateways (RFC 9213): where it is
     * valid and not empty it stands in for {@code Cache-Control} and {@code Expires}.
     *
     * @return null where the field is absent, empty or invalid
     */
    public static @Nullable CacheControl targeted(Headers headers) {
        String text = headers.joined("CDN-Cache-Control");
        if (text == null) {
            return null;
        }
        Map<String, Object> members = StructuredDictionary.parse(text);
        if (members == null || members.isEmpty()) {
            return null;
        }
        Builder directives = new Builder();
        members.forEach((name, value) -> {
            if (!name.equals("public") || Boolean.TRUE.equals(value)) {
                directives.directive(name, value instanceof Long seconds ? Long.toString(seconds) : "");
            }
        });
        return directives.done();
    }

    /** Seconds of a delta-seconds (RFC 9111 §1.2.2), or {@link #ABSENT} where the text is none. */
    static long deltaSeconds(String text) {
        if (text.isEmpty()) {
            return ABSENT;
        }
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return ABSENT;
            }
            seconds = Math.min(seconds * 10 + (c - '0'), LONGEST);
        }
        return seconds;
    }

    /** A mutable builder that gathers directives one by one. */
    private static final class Builder {
        private boolean present;
        private boolean noStore;
        private boolean noCache;
        private boolean isPrivate;
        private boolean isPublic;
        private boolean mustRevalidate;
        private boolean onlyIfCached;
        private long maxAge = ABSENT;
        private long sharedMaxAge = ABSENT;
        private long minFresh = ABSENT;

        CacheControl done() {
            return new CacheControl(
                    present,
                    noStore,
                    noCache,
                    isPrivate,
                    isPublic,
                    mustRevalidate,
                    onlyIfCached,
                    maxAge,
                    sharedMaxAge,
                    minFresh);
        }

        /** Splits a field line at the commas that stand outside quoted strings. */
        void line(String line) {
            int start = 0;
            for (int i = 0; i <= line.length(); i++) {
                if (i == line.length() || line.charAt(i) == ',') {
                    part(line.substring(start, i));
                    start = i + 1;
                } else if (line.charAt(i) == '"') {
                    int end = closingQuote(line, i);
                    // A quote that never closes must not hide a no-store behind it: it counts as any character.
                    i = end < 0 ? i : end;
                }
            }
        }

        private static int closingQuote(String line, int opening) {
            for (int i = opening + 1; i < line.length(); i++) {
                if (line.charAt(i) == '\\') {
                    i++;
                } else if (line.charAt(i) == '"') {
                    return i;
                }
            }
            return -1;
        }

        private void part(String part) {
            int equals = part.indexOf('=');
            String name = (equals < 0 ? part : part.substring(0, equals)).strip();
            String value = equals < 0 ? "" : part.substring(equals + 1).strip();
            if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
                value = value.substring(1, value.length() - 1);
            }
            if (!name.isEmpty()) {
                directive(name.toLowerCase(Locale.ROOT), value);
            }
        }

        void directive(String name, String value) {
            present = true;
            switch (name) {
                case "no-store" -> noStore = true;
                case "no-cache" -> noCache = true;
                case "private" -> isPrivate = true;
                case "public" -> isPublic = true;
                case "must-revalidate" -> mustRevalidate = true;
                case "only-if-cached" -> onlyIfCached = true;
                case "max-age" -> maxAge = smaller(maxAge, value);
                case "s-maxage" -> sharedMaxAge = smaller(sharedMaxAge, value);
                case "min-fresh" -> {
                    long seconds = deltaSeconds(value);
                    minFresh = Math.max(minFresh, seconds == ABSENT ? LONGEST : seconds);
                }
                default -> {
                    // Unknown directives are ignored (RFC 9111 §5.2.3).
                }
            }
        }

        private static long smaller(long known, String value) {
            long seconds = Math.max(deltaSeconds(value), 0);
            return known == ABSENT ? seconds : Math.min(known, seconds);
        }
    }
}
