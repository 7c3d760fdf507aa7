package app.rcommerce.gateway.identity;

import app.rcommerce.gateway.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Where requests carry the id of their session: a cookie (RFC 6265 §4.2) or a field of its own. Immutable.
 *
 * @param cookie the name of the cookie; empty where a field carries it
 * @param field the name of the field; empty where a cookie carries it
 */
public record SessionCarrier(String cookie, String field) {

    private static final String COOKIE = "Cookie";

    /** Whether browsers send it unasked, also for pages of other sites. */
    public boolean isAmbient() {
        return !cookie.isEmpty();
    }

    /**
     * The id that a request carries; null for none, for what no id can be, and where there are two different ones,
     * since nobody can say which of them another program would believe.
     */
    public @Nullable SessionId find(Headers headers) {
        String found = null;
        if (!isAmbient()) {
            for (String value : headers.all(field)) {
                if (found != null && !found.equals(value)) {
                    return null;
                }
                found = value;
            }
        } else {
            for (String line : headers.all(COOKIE)) {
                int at = 0;
                while (at < line.length()) {
                    int end = line.indexOf(';', at);
                    end = end < 0 ? line.length() : end;
                    String value = value(line, at, end);
                    if (value != null && found != null && !found.equals(value)) {
                        return null;
                    }
                    found = value == null ? found : value;
                    at = end + 1;
                }
            }
        }
        return found == null ? null : SessionId.parse(found);
    }

    /** The value of the cookie in a part of a line; null where it is another one. */
    private @Nullable String value(String line, int from, int to) {
        int start = from;
        while (start < to && line.charAt(start) == ' ') {
            start++;
        }
        int equals = start + cookie.length();
        if (equals >= to || line.charAt(equals) != '=' || !line.startsWith(cookie, start)) {
            return null;
        }
        String value = line.substring(equals + 1, to).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The lines of a {@code Cookie} field without the one that carries the session; null where nothing is left. */
    public @Nullable String without(String line) {
        StringBuilder kept = new StringBuilder(line.length());
        for (String part : line.split(";", -1)) {
            if (value(part, 0, part.length()) == null && !part.isBlank()) {
                kept.append(kept.isEmpty() ? "" : "; ").append(part.strip());
            }
        }
        return kept.isEmpty() ? null : kept.toString();
    }
}
