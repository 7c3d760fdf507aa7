package app.rcommerce.gateway.config;

import app.rcommerce.gateway.toml.Node;
import java.util.regex.Pattern;

/** Formats values and keys for problems: short, on one line, and without secrets. */
public final class Written {

    /** The text that is shown in place of a secret. */
    public static final String SECRET = "(secret)";

    private static final int LONGEST = 100;
    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern USER_INFO = Pattern.compile("://.*@", Pattern.DOTALL);

    private Written() {}

    /** The value as it stands in the file, before variables are replaced, since those may hold secrets. */
    public static String value(Node node) {
        return switch (node) {
            case Node.Table ignored -> "a table";
            case Node.Array array -> array.elements().isEmpty() ? "[]" : "a list";
            case Node.Text text -> quoted(text.value());
            case Node.Whole number -> Long.toString(number.value());
            case Node.Decimal number -> Double.toString(number.value());
            case Node.Flag flag -> Boolean.toString(flag.value());
            case Node.Moment moment -> moment.value();
        };
    }

    /** As above, and what is no list and no table is not shown where it is a secret. */
    public static String value(Node node, boolean secret) {
        boolean holds = node instanceof Node.Array || node instanceof Node.Table;
        return secret && !holds ? SECRET : value(node);
    }

    /** A text in quotes, cut where it is long, its control characters escaped, a URL's user and password left out. */
    public static String quoted(String text) {
        String shown = USER_INFO.matcher(text).replaceAll("://" + SECRET + "@");
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < shown.length(); i++) {
            if (i == LONGEST) {
                return out.append("…\"").toString();
            }
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append(String.format("\\u%04X", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** The path of a key in a table; the root's path is empty. */
    public static String path(String table, String key) {
        String shown = BARE_KEY.matcher(key).matches() && key.length() <= LONGEST ? key : quoted(key);
        return table.isEmpty() ? shown : table + "." + shown;
    }
}
