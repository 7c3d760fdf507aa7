package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.toml.Position;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces variables in texts: {@code ${NAME}} must be set, {@code ${NAME:-default}} stands for the default where the
 * variable is not set or empty, as in a shell; a second dollar sign before the brace makes it a literal. Variables in
 * the value of a variable are not replaced. For one thread.
 */
public final class Environment {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Function<String, @Nullable String> variables;
    private final Problems problems;

    /** An environment that reports variables which cannot be replaced to the problems. */
    public Environment(Function<String, @Nullable String> variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** The text with its variables replaced, or null after reporting why that is not possible. */
    @Nullable
    String replaced(String text, Position position, String path) {
        int at = text.indexOf("${");
        if (at < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        boolean whole = true;
        int from = 0;
        for (; at >= 0; at = text.indexOf("${", from)) {
            if (at > from && text.charAt(at - 1) == '$') {
                out.append(text, from, at - 1).append("${");
                from = at + 2;
                continue;
            }
            out.append(text, from, at);
            int end = text.indexOf('}', at);
            String reference = end < 0 ? "" : text.substring(at + 2, end);
            int mark = reference.indexOf(":-");
            String name = mark < 0 ? reference : reference.substring(0, mark);
            if (!NAME.matcher(name).matches()) {
                // What follows may be a secret with a dollar sign in it, so nothing of it is shown.
                problems.add(position, path, "\"${\"", "${NAME}, ${NAME:-default}, or $${ for the two characters ${");
                return null;
            }
            String value = variables.apply(name);
            if (mark >= 0 && (value == null || value.isEmpty())) {
                value = reference.substring(mark + 2);
            }
            if (value == null) {
                problems.add(position, path, "\"${" + name + "}\"", "the environment variable " + name + " to be set");
                whole = false;
            } else {
                out.append(value);
            }
            from = end + 1;
        }
        return whole ? out.append(text, from, text.length()).toString() : null;
    }
}
