package app.rcommerce.gateway.config.effective;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Writes a tree of settings as TOML 1.0. For one thread, and one text. */
final class TomlWriter {

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    private final Function<Hidden, String> secrets;
    private final StringBuilder out = new StringBuilder();

    /**
     * A writer that has not written anything yet.
     *
     * @param secrets what is written in the place of a value with a secret in it
     */
    TomlWriter(Function<Hidden, String> secrets) {
        this.secrets = secrets;
    }

    /** The text of a whole tree; the tables in tables of the second kind below are written inline. */
    String text(SequencedMap<String, Object> root) {
        root.forEach((key, value) -> {
            if (value instanceof SequencedMap<?, ?> table) {
                table(key(key), table);
            } else {
                list(key(key), (List<?>) value);
            }
        });
        return out.toString();
    }

    private void table(String path, Map<?, ?> table) {
        boolean named = path.equals("limits") || path.equals("upstreams");
        boolean inline = path.startsWith("limits.") || path.startsWith("upstreams.");
        if (!named && table.values().stream().anyMatch(value -> inline || !isBelow(value))) {
            header("[" + path + "]");
        }
        table.forEach((key, value) -> {
            if (inline || !isBelow(value)) {
                line(String.valueOf(key), value);
            }
        });
        table.forEach((key, value) -> {
            String below = path + "." + key(String.valueOf(key));
            if (inline || !isBelow(value)) {
                return;
            }
            if (value instanceof Map<?, ?> one) {
                table(below, one);
            } else {
                list(below, (List<?>) value);
            }
        });
    }

    private static boolean isBelow(Object value) {
        return value instanceof Map
                || (value instanceof List<?> list
                        && !list.isEmpty()
                        && list.stream().allMatch(Map.class::isInstance));
    }

    private void list(String path, List<?> tables) {
        for (Object table : tables) {
            header("[[" + path + "]]");
            ((Map<?, ?>) table).forEach((key, value) -> line(String.valueOf(key), value));
        }
    }

    private void header(String text) {
        out.append(out.isEmpty() ? "" : "\n").append(text).append('\n');
    }

    private void line(String key, Object value) {
        out.append(key(key)).append(" = ").append(value(value)).append('\n');
    }

    /** A value as it stands behind the equals sign. */
    String value(Object value) {
        return switch (value) {
            case Hidden hidden -> quoted(secrets.apply(hidden));
            case String text -> quoted(text);
            case List<?> list ->
                String.join(", ", list.stream().map(this::value).toList()).transform(text -> "[" + text + "]");
            case Map<?, ?> table ->
                String.join(
                                ", ",
                                table.entrySet().stream()
                                        .map(entry ->
                                                key(String.valueOf(entry.getKey())) + " = " + value(entry.getValue()))
                                        .toList())
                        .transform(text -> "{ " + text + " }");
            default -> value.toString();
        };
    }

    private static String key(String key) {
        return BARE_KEY.matcher(key).matches() ? key : quoted(key);
    }

    /** A basic string in which a reader finds no variable. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.replace("${", "$${").toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append(String.format("\\u%04X", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
