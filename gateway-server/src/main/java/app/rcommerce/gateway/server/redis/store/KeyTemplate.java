package app.rcommerce.gateway.server.redis.store;

import org.jspecify.annotations.Nullable;

/**
 * The template of one structure's keys: a text around one placeholder. Different values have different keys, since the
 * text around them is fixed. Immutable.
 *
 * @param before what stands before the placeholder
 * @param after what stands behind it
 */
record KeyTemplate(String before, String after) {

    /** Splits a template such as {@code rate:limit:{{identifier}}} at its placeholder. */
    static KeyTemplate of(String template, String placeholder) {
        int at = template.indexOf(placeholder);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "key template: \"" + template + "\" (expected: \"" + placeholder + "\" in it)");
        }
        return new KeyTemplate(template.substring(0, at), template.substring(at + placeholder.length()));
    }

    /** The key for a value. */
    String key(String value) {
        return before + value + after;
    }

    /** The value in a key, or null where the key is of another structure. */
    @Nullable
    String value(String key) {
        boolean fits = key.length() > before.length() + after.length() && key.startsWith(before) && key.endsWith(after);
        return fits ? key.substring(before.length(), key.length() - after.length()) : null;
    }

    /** What SCAN matches to find all keys. */
    String pattern() {
        return glob(before) + "*" + glob(after);
    }

    private static String glob(String text) {
        return text.replaceAll("[*?\\[\\]\\\\]", "\\\\$0");
    }
}
