package app.rcommerce.gateway.http;

import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The syntax of field names (RFC 9110 §5.1), and of lists of field names such as the values of {@code Vary} and
 * {@code Connection}. Pure; any thread.
 */
public final class FieldNames {

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '!'; c <= '~'; c++) {
            TOKEN[c] = "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
        }
    }

    private FieldNames() {}

    /**
     * The names over all lines of the field, in lower case, sorted, each once; {@code *} stands for itself.
     *
     * @return null where a member is no token
     */
    public static @Nullable SortedSet<String> of(Headers headers, String field) {
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

    /** Whether the octet may stand in a token (RFC 9110 §5.6.2). */
    public static boolean isTokenOctet(int octet) {
        return octet >= 0 && octet < TOKEN.length && TOKEN[octet];
    }

    /** Whether the text is a token. */
    public static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenOctet(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
