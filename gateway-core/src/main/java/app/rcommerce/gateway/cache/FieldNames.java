package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Headers;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lists of field names, as {@code Vary} and {@code Connection} hold them. */
final class FieldNames {

    private FieldNames() {}

    /**
     * The names over all lines of the field, in lower case, sorted, each once; {@code *} stands for itself.
     *
     * @return null where a member is no token
     */
    static @Nullable SortedSet<String> of(Headers headers, String field) {
        SortedSet<String> names = new TreeSet<>();
        for (String line : headers.all(field)) {
            for (String part : line.split(",", -1)) {
                String name = part.strip().toLowerCase(Locale.ROOT);
                if (name.isEmpty()) {
                    continue;
                }
                if (!isToken(name)) {
                    return null;
                }
                names.add(name);
            }
        }
        return names;
    }

    /** Whether the text is a token (RFC 9110 §5.6.2). */
    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
