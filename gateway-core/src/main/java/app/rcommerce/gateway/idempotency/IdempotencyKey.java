package app.rcommerce.gateway.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * The field {@code Idempotency-Key}, in which a client names a request so that it can repeat it
 * (draft-ietf-httpapi-idempotency-key-header-07 §2.1, a draft). Its value is a string as structured fields have it (RFC
 * 9651 §3.3.3); the same text without quotation marks, as most clients send it, is the same key. Stateless; any thread.
 */
public final class IdempotencyKey {

    /** The name of the field. */
    public static final String FIELD = "Idempotency-Key";

    /** The longest key, in characters. */
    public static final int LONGEST = 255;

    private IdempotencyKey() {}

    /**
     * The key that the value of the field names.
     *
     * @return null where it is not a key of 1 to {@link #LONGEST} characters
     */
    public static @Nullable String parse(String value) {
        String text = value.strip();
        String key = text.startsWith("\"") ? quoted(text) : bare(text);
        return key == null || key.isEmpty() || key.length() > LONGEST ? null : key;
    }

    private static @Nullable String bare(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A comma would be several fields in one, and a semicolon parameters.
            if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';') {
                return null;
            }
        }
        return text;
    }

    private static @Nullable String quoted(String text) {
        StringBuilder key = new StringBuilder(text.length());
        int last = text.length() - 1;
        for (int i = 1; i < last; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                c = text.charAt(i);
                if (i == last || (c != '"' && c != '\\')) {
                    return null;
                }
            } else if (c < ' ' || c >= 0x7f || c == '"') {
                return null;
            }
            key.append(c);
        }
        return last > 0 && text.charAt(last) == '"' ? key.toString() : null;
    }
}
