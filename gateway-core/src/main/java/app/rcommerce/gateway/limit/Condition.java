package app.rcommerce.gateway.limit;

import app.rcommerce.gateway.route.PathPattern;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The condition on requests under which a limit applies, beside the route and the kind of caller. Everything that it
 * names must match. Immutable.
 *
 * @param methods in upper case; empty for every method
 * @param path over normalised paths; null for every path
 * @param claim what the caller's token must say; null where that does not matter
 */
public record Condition(
        Set<String> methods,
        @Nullable PathPattern path,
        @Nullable ClaimIs claim) {

    /** The condition that every request meets. */
    public static final Condition ALWAYS = new Condition(Set.of(), null, null);

    /** A claim of a verified token and its value as a text. */
    public record ClaimIs(String name, String value) {}

    public Condition {
        methods = Set.copyOf(methods);
    }

    /** Whether every request meets the condition. */
    public boolean isAlways() {
        return methods.isEmpty() && path == null && claim == null;
    }
}
