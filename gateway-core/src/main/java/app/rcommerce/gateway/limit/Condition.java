package app.rcommerce.gateway.limit;

import app.rcommerce.gateway.route.PathPattern;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a limit holds for, beside the route and the kind of caller: all that stands here must match.
 * Immutable.
 *
 * @param methods in upper case; empty for every method
 * @param path over normalised paths; null for every path
 * @param claim what the caller's token must say; null where that does not matter
 */
public record Condition(
        Set<String> methods,
        @Nullable PathPattern path,
        @Nullable ClaimIs claim) {

    /** Every request. */
    public static final Condition ALWAYS = new Condition(Set.of(), null, null);

    /** A claim of a verified token and its value as a text. */
    public record ClaimIs(String name, String value) {}

    public Condition {
        methods = Set.copyOf(methods);
    }

    /** Whether nothing about a request can matter. */
    public boolean isAlways() {
        return methods.isEmpty() && path == null && claim == null;
    }
}
